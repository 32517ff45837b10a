import { afterEach, describe, expect, it, vi } from "vitest";
import { type Question, Source } from "../../../src/lenses/masking/source.svelte";

const question = (ratio: number, more: Partial<Question> = {}): Question => ({
  dataset: "d",
  encoder: "e",
  rows: [0],
  params: { ratio },
  seed: 1,
  ...more,
});

/** A frame of one image with one pixel, as the server writes it. */
function frame(inputs: boolean): ArrayBuffer {
  const entry = (name: string, offset: number) => ({
    name,
    dtype: "uint8",
    shape: [1, 1, 1, 1],
    offset,
  });
  const space = 512;
  const arrays = [entry("output", space), ...(inputs ? [entry("input", space + 1)] : [])];
  const header = JSON.stringify({ arrays, meta: { kind: "code", errors: [0.5] } });
  const buffer = new ArrayBuffer(space + 2);
  const text = new TextEncoder().encode(header.padEnd(space - 4));
  new DataView(buffer).setUint32(0, text.length, true);
  new Uint8Array(buffer).set(text, 4);
  return buffer;
}

afterEach(() => vi.unstubAllGlobals());

describe("a model that draws", () => {
  it("has one call on its way, and then the newest; images are sent once", async () => {
    const asked: Record<string, unknown>[] = [];
    vi.stubGlobal("fetch", async (_url: string, { body }: { body: string }) => {
      const call = JSON.parse(body);
      asked.push(call.params);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return new Response(frame(call.params.inputs));
    });
    const source = new Source("a");
    for (const ratio of [0.1, 0.2, 0.3, 0.4]) source.ask(question(ratio));
    await vi.waitFor(() => expect(source.asked?.params.ratio).toBe(0.4));
    expect(asked.map(({ ratio, inputs }) => [ratio, inputs])).toEqual([
      [0.1, true],
      [0.4, false],
    ]);
  });

  it("is asked again where nobody was there to answer, but not where it was refused", async () => {
    let calls = 0;
    const error = (code: string) => JSON.stringify({ error: { code, message: "No." } });
    vi.stubGlobal("fetch", async () => {
      calls += 1;
      if (calls === 1) return new Response(error("unavailable"), { status: 503 });
      if (calls === 2) return new Response(frame(true));
      return new Response(error("invalid"), { status: 422 });
    });
    const source = new Source("a");
    source.ask(question(0.1));
    await vi.waitFor(() => expect(source.error?.status).toBe(503));
    await vi.waitFor(() => expect(source.answer).not.toBeNull(), 2000);
    expect(source.error).toBeNull();
    source.ask(question(0.2));
    await vi.waitFor(() => expect(source.error?.status).toBe(422));
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(calls).toBe(3);
  });

  it("asks again where a call that was given up has come in between", async () => {
    let calls = 0;
    const error = JSON.stringify({ error: { code: "superseded", message: "Newer." } });
    vi.stubGlobal("fetch", async () => {
      calls += 1;
      return calls === 1 ? new Response(error, { status: 409 }) : new Response(frame(true));
    });
    const source = new Source("a");
    source.ask(question(0.1));
    await vi.waitFor(() => expect(source.answer).not.toBeNull());
    expect(calls).toBe(2);
    expect(source.error).toBeNull();
  });

  it("does not show one model's picture as another's", async () => {
    const waiting: ((response: Response) => void)[] = [];
    vi.stubGlobal("fetch", () => new Promise((resolve) => waiting.push(resolve)));
    const source = new Source("a");
    source.ask(question(0.1));
    source.ask(question(0.2, { encoder: "f" }));
    waiting[1]?.(new Response(frame(true)));
    await vi.waitFor(() => expect(source.asked?.encoder).toBe("f"));
    waiting[0]?.(new Response(frame(true)));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(source.asked?.encoder).toBe("f");
    source.forget();
    expect(source.answer).toBeNull();
  });
});
