import { afterEach, expect, test, vi } from "vitest";
import { pack } from "../../src/uploads/pack";

const found = ["a", "b"].map((name) => ({ path: `${name}.txt`, file: new File([name], name) }));

/** Stands in for the thread that reads files, which Node has not; it answers a moment later. */
class Reader {
  onmessage: (message: { data: Uint32Array }) => void = () => {};

  postMessage(files: File[]): void {
    setTimeout(() => this.onmessage({ data: new Uint32Array(files.length) }));
  }

  terminate(): void {}
}

afterEach(() => vi.unstubAllGlobals());

test("giving up is heard while the last files are read", async () => {
  vi.stubGlobal("Worker", Reader);
  const read: number[] = [];
  const whole = await pack(found, (files) => read.push(files), new AbortController().signal);
  expect(whole.type).toBe("application/zip");
  const abort = new AbortController();
  const packing = pack(found, (files) => read.push(files), abort.signal);
  abort.abort();
  await expect(packing).rejects.toMatchObject({ name: "AbortError" });
  expect(read).toEqual([2]);
});
