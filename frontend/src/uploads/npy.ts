/** Row numbers as a `.npy` file of int64 (NumPy enhancement proposal 1). */

export function rowsAsNpy(rows: Int32Array): Blob {
  const text = `{'descr': '<i8', 'fortran_order': False, 'shape': (${rows.length},), }`;
  // Magic, version, length and header together fill whole blocks of 64 bytes.
  const padded = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11, " ");
  const header = new TextEncoder().encode(`${padded}\n`);
  const head = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 0, 0);
  new DataView(head.buffer).setUint16(8, header.length, true);
  return new Blob([head, header, BigInt64Array.from(rows, BigInt)]);
}
