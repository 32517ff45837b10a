import { crc32 as reference } from "node:zlib";
import { expect, test } from "vitest";
import { crc32 } from "../../src/uploads/crc32";
import { type Entry, frameOf } from "../../src/uploads/zip";
import { unzip } from "./unzip";

const bytesOf = (length: number, seed = 1) =>
  Uint8Array.from({ length }, (_, i) => (i * 7919 * seed + (i >> 3)) & 255);

function zipOf(files: { path: string; bytes: Uint8Array<ArrayBuffer> }[]): Uint8Array {
  const entries: Entry[] = files.map(({ path, bytes }) => ({
    path,
    size: bytes.length,
    crc: crc32(bytes),
  }));
  const { heads, tail } = frameOf(entries);
  const parts = files.flatMap(({ bytes }, i) => [heads[i] as Uint8Array, bytes]);
  return Buffer.concat([...parts, tail]);
}

test("checksums are those of zlib, whole and piece by piece", () => {
  for (const length of [0, 1, 3, 4, 5, 1000, 65_537]) {
    const bytes = bytesOf(length);
    expect(crc32(bytes)).toBe(reference(bytes));
    const cut = length >> 1;
    expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).toBe(reference(bytes));
  }
});

test("a zip reads back with names and bytes as they were", () => {
  const files = [
    { path: "flowers/rose/1.jpg", bytes: bytesOf(1000) },
    { path: "flowers/été/日本.png", bytes: bytesOf(0) },
    { path: "LICENSE", bytes: bytesOf(17, 3) },
  ];
  const members = unzip(zipOf(files));
  expect(members.map(({ name }) => name)).toEqual(files.map(({ path }) => path));
  members.forEach(({ bytes, crc }, i) => {
    expect(Buffer.compare(bytes, files[i]?.bytes as Uint8Array)).toBe(0);
    expect(crc).toBe(reference(bytes));
  });
});

test("more files than the old format counts make a zip64", () => {
  const files = Array.from({ length: 70_000 }, (_, i) => ({
    path: `${i}.png`,
    bytes: bytesOf(i % 5),
  }));
  const members = unzip(zipOf(files));
  expect(members).toHaveLength(70_000);
  expect(members[69_999]).toMatchObject({ name: "69999.png", version: 20 });
  expect(members[69_999]?.bytes).toHaveLength(4);
});

test("what lies beyond 4 GiB is found by 64-bit places", () => {
  const large = { size: 3 * 2 ** 30, crc: 0 };
  const { tail } = frameOf([
    { path: "a.tiff", ...large },
    { path: "b.tiff", ...large },
    { path: "c.png", size: 5, crc: 9 },
  ]);
  const view = new DataView(tail.buffer);
  const third = 2 * (46 + 6);
  expect(view.getUint32(third + 42, true)).toBe(0xffffffff);
  expect(view.getUint16(third + 6, true)).toBe(45);
  const extra = third + 46 + "c.png".length;
  expect(view.getUint16(extra, true)).toBe(1);
  expect(Number(view.getBigUint64(extra + 4, true))).toBe(2 * (30 + 6 + large.size));
  // The old end says to look into that of zip64, and where that is.
  const end = tail.length - 22;
  expect(view.getUint32(end + 16, true)).toBe(0xffffffff);
  expect(view.getUint32(end - 20, true)).toBe(0x07064b50);
});

test("a file that the format cannot hold is refused by name", () => {
  expect(() => frameOf([{ path: "film.tiff", size: 2 ** 32, crc: 0 }])).toThrow(
    /film\.tiff.*4 GiB/,
  );
});
