import { describe, expect, it } from "vitest";
import { parseNpy } from "../../src/api/npy";

/** A .npy file as NumPy writes it. */
function npy(header: string, body: Uint8Array, version = 1): ArrayBuffer {
  const start = version === 1 ? 10 : 12;
  const padded = `${header.padEnd(Math.ceil((start + header.length + 1) / 64) * 64 - start - 1)}\n`;
  const bytes = new Uint8Array(start + padded.length + body.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, padded.length, true);
  else view.setUint32(8, padded.length, true);
  bytes.set(new TextEncoder().encode(padded), start);
  bytes.set(body, start + padded.length);
  return bytes.buffer;
}

const header = (dtype: string, shape: string, order = "False") =>
  `{'descr': '${dtype}', 'fortran_order': ${order}, 'shape': ${shape}, }`;
const bytesOf = (array: ArrayBufferView) => new Uint8Array(array.buffer.slice(0) as ArrayBuffer);

describe("parseNpy", () => {
  it.each([
    ["|u1", new Uint8Array([1, 2, 255, 4, 5, 6])],
    ["|i1", new Int8Array([-1, 2, 127, -128, 5, 6])],
    ["<i4", new Int32Array([-1, 2, 3, 4, 5, 2 ** 30])],
    ["<f4", new Float32Array([0.5, -1, Number.NaN, 4, 5, 6])],
    ["<f8", new Float64Array([0.1, 2, 3, 4, 5, 6])],
    ["<i8", new BigInt64Array([-1n, 2n, 3n, 4n, 5n, 2n ** 40n])],
  ])("reads %s with its shape", (dtype, values) => {
    const { shape, data } = parseNpy(npy(header(dtype, "(3, 2)"), bytesOf(values)));
    expect(shape).toEqual([3, 2]);
    expect(data).toEqual(values);
  });

  it("reads version 2, one axis, no axis, and bool", () => {
    const four = bytesOf(new Int32Array([7]));
    expect(parseNpy(npy(header("<i4", "(1,)"), four, 2)).shape).toEqual([1]);
    expect(parseNpy(npy(header("<i4", "()"), four)).data).toEqual(new Int32Array([7]));
    expect(parseNpy(npy(header("|b1", "(2,)"), new Uint8Array([0, 1]))).data[1]).toBe(1);
  });

  it("shares the bytes where they are aligned", () => {
    const buffer = npy(header("<f4", "(2,)"), new Uint8Array(8));
    expect(parseNpy(buffer).data.buffer).toBe(buffer);
  });

  it("accepts the trailing bytes of nothing and refuses missing ones", () => {
    expect(() => parseNpy(npy(header("<f4", "(3,)"), new Uint8Array(8)))).toThrow(/too early/);
    expect(parseNpy(npy(header("<f4", "(0, 2)"), new Uint8Array(0))).data.length).toBe(0);
  });

  it.each([
    [
      "other bytes",
      new TextEncoder().encode("<!doctype html>").buffer as ArrayBuffer,
      /not a .npy/,
    ],
    ["nothing", new ArrayBuffer(0), /not a .npy/],
    ["complex numbers", npy(header("<c8", "(1,)"), new Uint8Array(8)), /cannot be read/],
    ["big endian", npy(header(">f4", "(1,)"), new Uint8Array(4)), /cannot be read/],
    ["Fortran order", npy(header("<f4", "(2, 2)", "True"), new Uint8Array(16)), /Fortran/],
    ["no shape", npy("{'descr': '<f4', 'fortran_order': False}", new Uint8Array(4)), /shape/],
    ["a huge shape", npy(header("<f4", "(99999999, 99999999, 9)"), new Uint8Array(4)), /too large/],
    ["version 3", npy(header("<f4", "(1,)"), new Uint8Array(4), 3), /Version 3/],
  ])("refuses %s in words", (_name, buffer, words) => {
    expect(() => parseNpy(buffer)).toThrow(words);
  });

  it("throws only errors, whatever the bytes", () => {
    const good = new Uint8Array(npy(header("<f4", "(4, 2)"), new Uint8Array(32)));
    let state = 1;
    const random = () => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return state;
    };
    for (let i = 0; i < 3000; i++) {
      const bad = good.slice(0, random() % (good.length + 1));
      for (let hits = 0; hits < 3 && bad.length; hits++)
        bad[random() % bad.length] = random() & 255;
      try {
        const { shape, data } = parseNpy(bad.buffer);
        expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Error);
        expect(thrown).not.toBeInstanceOf(RangeError);
      }
    }
  });
});
