/** Answers of live calls: a small JSON header and raw arrays in one message. */

import { elementCount, elementType, type NumericArray, readElements } from "./arrays";

export interface Frame {
  arrays: Record<string, NumericArray>;
  meta: Record<string, unknown>;
}

/**
 * Parse a frame: header length (uint32, little endian), JSON header, then arrays at the offsets
 * that the header names, counted from the start of the frame.
 */
export function parseFrame(buffer: ArrayBuffer): Frame {
  if (buffer.byteLength < 4) throw new Error("The live answer ends before its header.");
  const length = new DataView(buffer).getUint32(0, true);
  if (4 + length > buffer.byteLength) throw new Error("The live answer ends within its header.");

  let header: { arrays?: unknown; meta?: unknown };
  try {
    header = JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(buffer, 4, length)),
    );
  } catch {
    throw new Error("The header of the live answer is not JSON.");
  }
  if (typeof header !== "object" || header === null || !Array.isArray(header.arrays)) {
    throw new Error("The header of the live answer does not list its arrays.");
  }

  const arrays: Record<string, NumericArray> = {};
  for (const entry of header.arrays) {
    const { name, dtype, shape, offset } = entry ?? {};
    if (typeof name !== "string" || typeof dtype !== "string" || !Number.isSafeInteger(offset)) {
      throw new Error("An array of the live answer lacks its name, type or offset.");
    }
    const data = readElements(buffer, offset, elementType(dtype), elementCount(shape));
    arrays[name] = { shape: [...shape], data };
  }
  const meta = typeof header.meta === "object" && header.meta !== null ? header.meta : {};
  return { arrays, meta: meta as Record<string, unknown> };
}
