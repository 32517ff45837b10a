/** Numeric types shared by `.npy` files and live frames, as typed arrays. */

export type Numbers =
  | Uint8Array
  | Int8Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array;

export interface NumericArray {
  shape: number[];
  data: Numbers;
}

export interface ElementType {
  bytes: number;
  view(buffer: ArrayBuffer, offset: number, length: number): Numbers;
}

const TYPES: Record<string, ElementType> = {
  "|u1": { bytes: 1, view: (b, o, n) => new Uint8Array(b, o, n) },
  "|i1": { bytes: 1, view: (b, o, n) => new Int8Array(b, o, n) },
  "|b1": { bytes: 1, view: (b, o, n) => new Uint8Array(b, o, n) },
  "<i4": { bytes: 4, view: (b, o, n) => new Int32Array(b, o, n) },
  "<f4": { bytes: 4, view: (b, o, n) => new Float32Array(b, o, n) },
  "<f8": { bytes: 8, view: (b, o, n) => new Float64Array(b, o, n) },
  "<i8": { bytes: 8, view: (b, o, n) => new BigInt64Array(b, o, n) },
};

const NAMES: Record<string, string> = {
  uint8: "|u1",
  int8: "|i1",
  bool: "|b1",
  int32: "<i4",
  float32: "<f4",
  float64: "<f8",
  int64: "<i8",
};

/** The element type of a NumPy dtype string ("<f4") or name ("float32"). */
export function elementType(dtype: string): ElementType {
  const type = TYPES[NAMES[dtype] ?? dtype.replace(/^[<=|](?=[uib]1$)/, "|")];
  if (!type) {
    throw new Error(
      `Arrays of type ${JSON.stringify(dtype)} cannot be read here; uint8, int8, bool, int32, int64, float32 and float64 can.`,
    );
  }
  return type;
}

/** Number of elements of a shape; refuses what is not a list of counts. */
export function elementCount(shape: unknown): number {
  if (!Array.isArray(shape)) throw new Error("The array has no shape.");
  let count = 1;
  for (const side of shape) {
    if (!Number.isSafeInteger(side) || side < 0) {
      throw new Error(`${JSON.stringify(side)} is not a length of an array.`);
    }
    count *= side;
    if (!Number.isSafeInteger(count)) throw new Error("The array is too large.");
  }
  return count;
}

/** Elements out of a buffer: without a copy where the offset is aligned, which it nearly always is. */
export function readElements(
  buffer: ArrayBuffer,
  offset: number,
  type: ElementType,
  count: number,
): Numbers {
  const bytes = count * type.bytes;
  if (offset < 0 || offset + bytes > buffer.byteLength) {
    throw new Error(
      `The array ends too early: ${bytes} bytes expected, ${Math.max(0, buffer.byteLength - offset)} received.`,
    );
  }
  if (offset % type.bytes === 0) return type.view(buffer, offset, count);
  return type.view(buffer.slice(offset, offset + bytes), 0, count);
}

/** Row numbers and categories as int32: int64 arrays are narrowed, floats truncated. */
export function asInt32(data: Numbers): Int32Array {
  if (data instanceof Int32Array) return data;
  const out = new Int32Array(data.length);
  for (let i = 0; i < data.length; i++) out[i] = Number(data[i]);
  return out;
}

/** Magnitudes as float32. */
export function asFloat32(data: Numbers): Float32Array {
  if (data instanceof Float32Array) return data;
  const out = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) out[i] = Number(data[i]);
  return out;
}
