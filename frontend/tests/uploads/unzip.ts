/** Reads a stored zip back by its central directory, as readers do. */

export interface Member {
  name: string;
  crc: number;
  bytes: Uint8Array;
  version: number;
}

export function unzip(zip: Uint8Array): Member[] {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.length);
  const end = zip.length - 22;
  if (view.getUint32(end, true) !== 0x06054b50) throw new Error("no end record");
  let count: number = view.getUint16(end + 10, true);
  let at: number = view.getUint32(end + 16, true);
  if (count === 0xffff || at === 0xffffffff) {
    const record = Number(view.getBigUint64(end - 20 + 8, true));
    if (view.getUint32(record, true) !== 0x06064b50) throw new Error("no zip64 end record");
    count = Number(view.getBigUint64(record + 32, true));
    at = Number(view.getBigUint64(record + 48, true));
  }
  const members: Member[] = [];
  for (let i = 0; i < count; i++) {
    if (view.getUint32(at, true) !== 0x02014b50) throw new Error("no central header");
    const length = view.getUint16(at + 28, true);
    const extra = view.getUint16(at + 30, true);
    const place = view.getUint32(at + 42, true);
    if (view.getUint32(place, true) !== 0x04034b50) throw new Error("no local header");
    const from = place + 30 + view.getUint16(place + 26, true) + view.getUint16(place + 28, true);
    members.push({
      name: new TextDecoder().decode(zip.subarray(at + 46, at + 46 + length)),
      crc: view.getUint32(at + 16, true),
      bytes: zip.subarray(from, from + view.getUint32(at + 24, true)),
      version: view.getUint16(at + 6, true),
    });
    at += 46 + length + extra;
  }
  return members;
}
