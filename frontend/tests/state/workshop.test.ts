import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Job } from "../../src/api/types";
import { Workshop } from "../../src/state/workshop.svelte";

const job = (state: string) =>
  ({ id: "a", state, inputs: [], recipe: {}, error: null }) as unknown as Job;

/** A server that refuses to retry, and then says how the job stands. */
function refuse(status: number, standing: Job): void {
  vi.stubGlobal("EventSource", class extends EventTarget {});
  vi.stubGlobal("fetch", async (path: string) => {
    if (!path.endsWith("/retry")) return Response.json(standing);
    const error = { code: "conflict", message: "This job is queued; there is nothing to retry." };
    return Response.json({ error }, { status });
  });
}

describe("a retry", () => {
  // The page looks after the workers while a job goes on; not here.
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("follows a job that goes on already", async () => {
    refuse(409, job("queued"));
    const workshop = new Workshop();
    await workshop.retry(job("cancelled"));
    expect(workshop.jobs.map(({ state }) => state)).toEqual(["queued"]);
  });

  it("says why it is refused otherwise", async () => {
    refuse(403, job("cancelled"));
    const workshop = new Workshop();
    await expect(workshop.retry(job("cancelled"))).rejects.toThrow("nothing to retry");
    expect(workshop.jobs).toEqual([]);
  });
});
