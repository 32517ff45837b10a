import { afterEach, expect, it, vi } from "vitest";
import { Saved } from "../../src/state/saved.svelte";

afterEach(() => vi.unstubAllGlobals());

it("lets one be saved while the others are looked up", async () => {
  let answer = (_: Response) => {};
  const fetch = vi.fn(() => new Promise<Response>((resolve) => (answer = resolve)));
  vi.stubGlobal("fetch", fetch);
  const saved = new Saved();
  const looked = saved.look("a");
  await vi.waitFor(() => expect(fetch).toHaveBeenCalled());
  expect([saved.looking, saved.busy]).toEqual([true, false]);
  answer(Response.json({ selections: [] }));
  await looked;
  expect([saved.looking, saved.error]).toEqual([false, null]);
});
