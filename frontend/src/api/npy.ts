/** The `.npy` format, versions 1 and 2, in C order (NumPy enhancement proposal 1). */

import { elementCount, elementType, type NumericArray, readElements } from "./arrays";

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Parse the bytes of one `.npy` file; the result shares the buffer where it can. */
export function parseNpy(buffer: ArrayBuffer): NumericArray {
  const bytes = new Uint8Array(buffer);
  if (bytes.length < 10 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new Error("These bytes are not a .npy file.");
  }
  const major = bytes[6] as number;
  if (major !== 1 && major !== 2) {
    throw new Error(`Version ${major} of the .npy format cannot be read here; 1 and 2 can.`);
  }
  const start = major === 1 ? 10 : 12;
  if (bytes.length < start) throw new Error("The .npy header ends too early.");
  const view = new DataView(buffer);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (start + length > bytes.length) throw new Error("The .npy header ends too early.");
  const header = new TextDecoder("latin1").decode(bytes.subarray(start, start + length));

  const dtype = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const sides = /'shape'\s*:\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (dtype === undefined || order === undefined || sides === undefined) {
    throw new Error("The .npy header does not name descr, fortran_order and shape.");
  }
  if (order === "True" && sides.split(",").filter((side) => side.trim()).length > 1) {
    throw new Error("Arrays in Fortran order cannot be read here.");
  }
  const shape = sides
    .split(",")
    .filter((side) => side.trim() !== "")
    .map(Number);
  const type = elementType(dtype);
  return { shape, data: readElements(buffer, start + length, type, elementCount(shape)) };
}
