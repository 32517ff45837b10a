import { describe, expect, it } from "vitest";
import { parseFrame } from "../../src/api/frame";

/** A frame as the server lays it out: header padded so that arrays begin at multiples of 8. */
function frame(header: unknown, body = new Uint8Array(0), text?: string): ArrayBuffer {
  const json = new TextEncoder().encode(text ?? JSON.stringify(header));
  const length = Math.ceil((json.length + 4) / 8) * 8 - 4;
  const bytes = new Uint8Array(4 + length + body.length).fill(32);
  new DataView(bytes.buffer).setUint32(0, length, true);
  bytes.set(json, 4);
  bytes.set(body, 4 + length);
  return bytes.buffer;
}

const OFFSET = 320;

function neighbors(change: object = {}): ArrayBuffer {
  const body = new Uint8Array(24);
  body.set(new Uint8Array(new Int32Array([5, 3]).buffer), 0);
  body.set(new Uint8Array(new Float32Array([0.5, 1.5]).buffer), 8);
  const arrays = [
    { name: "indices", dtype: "int32", shape: [2], offset: OFFSET, bytes: 8, ...change },
    { name: "distances", dtype: "<f4", shape: [2], offset: OFFSET + 8, bytes: 8 },
  ];
  const json = JSON.stringify({ arrays, meta: { k: 2 } }).padEnd(OFFSET - 4);
  return frame(null, body, json);
}

describe("parseFrame", () => {
  it("reads arrays and metadata", () => {
    const { arrays, meta } = parseFrame(neighbors());
    expect(arrays.indices?.data).toEqual(new Int32Array([5, 3]));
    expect(arrays.distances?.data).toEqual(new Float32Array([0.5, 1.5]));
    expect(meta).toEqual({ k: 2 });
  });

  it.each([
    ["an empty answer", new ArrayBuffer(0), /before its header/],
    ["a cut header", frame({ arrays: [] }).slice(0, 9), /within its header/],
    ["a header that is no JSON", frame(null, undefined, "{arrays"), /not JSON/],
    ["a header of null", frame(null), /list its arrays/],
    ["an array without a name", neighbors({ name: 3 }), /name, type or offset/],
    ["an offset beyond the end", neighbors({ offset: 4096 }), /too early/],
    ["a negative offset", neighbors({ offset: -8 }), /too early/],
    ["an unknown type", neighbors({ dtype: "float16" }), /float16/],
    ["a shape of words", neighbors({ shape: ["many"] }), /length/],
  ])("refuses %s in words", (_name, buffer, words) => {
    expect(() => parseFrame(buffer)).toThrow(words);
  });
});
