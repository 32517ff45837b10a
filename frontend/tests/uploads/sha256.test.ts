import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Sha256 } from "../../src/uploads/sha256";

const reference = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("SHA-256", () => {
  it("is that of the standard, of every length around a block", () => {
    for (let length = 0; length <= 200; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length) % 256);
      expect(new Sha256().update(bytes).hex()).toBe(reference(bytes));
    }
  });

  it("does not depend on the pieces", () => {
    const bytes = Uint8Array.from({ length: 100_003 }, (_, i) => (i * i) % 251);
    for (const piece of [1, 63, 64, 65, 4096, 65_536]) {
      const digest = new Sha256();
      for (let at = 0; at < bytes.length; at += piece)
        digest.update(bytes.subarray(at, at + piece));
      expect(digest.hex()).toBe(reference(bytes));
    }
  });
});
