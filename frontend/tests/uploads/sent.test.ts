import { createHash } from "node:crypto";
import { afterEach, expect, test, vi } from "vitest";
import { Sent } from "../../src/uploads/sent";

const { signal } = new AbortController();
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

afterEach(() => vi.unstubAllGlobals());

test("a file that the server has is known again by its bytes", async () => {
  const asked: string[] = [];
  let there = true;
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    return new Response(null, { status: there ? 200 : 404 });
  });
  const sent = new Sent();
  expect(await sent.find(new Blob(["weights"]), signal)).toBeNull();
  sent.note(new Blob(["weights"]), sha256("weights"));
  expect(await sent.find(new Blob(["weights"]), signal)).toBe(sha256("weights"));
  expect(await sent.find(new Blob(["weighty"]), signal)).toBeNull();
  expect(await sent.find(new Blob(["another size"]), signal)).toBeNull();
  expect(asked).toEqual([`/api/uploads/${sha256("weights")}`]);
  there = false;
  expect(await sent.find(new Blob(["weights"]), signal)).toBeNull();
});
