/**
 * A zip of files as they are (stored, not packed): its headers in memory, the files only referred
 * to, so that it has no size of its own. Zip64 where the counts or places ask for it (PKWARE
 * APPNOTE 6.3, sections 4.3 to 4.5).
 */

/** A file on its way into a zip. */
export interface Entry {
  /** Path with slashes. */
  path: string;
  size: number;
  crc: number;
}

const MOST_16 = 0xffff;
const MOST_32 = 0xffffffff;
/** Names are UTF-8. */
const FLAGS = 0x0800;
/** 1 January 1980: the same files give the same zip, and so the same checksum. */
const DATE = 0x21;
const PLAIN = 20;
const ZIP64 = 45;

/** What comes before each file, and what ends the zip. */
export interface Frame {
  heads: Uint8Array<ArrayBuffer>[];
  tail: Uint8Array<ArrayBuffer>;
}

/** The headers of a zip that holds these files in this order. */
export function frameOf(entries: readonly Entry[]): Frame {
  const heads: Uint8Array<ArrayBuffer>[] = [];
  const central: Uint8Array<ArrayBuffer>[] = [];
  let place = 0;
  for (const entry of entries) {
    if (entry.size > MOST_32) {
      throw new Error(`${entry.path} has more than 4 GiB; a single image or table is smaller.`);
    }
    const name = new TextEncoder().encode(entry.path);
    const head = localHeader(entry, name);
    heads.push(head);
    central.push(centralHeader(entry, name, place));
    place += head.length + entry.size;
  }
  const size = central.reduce((sum, part) => sum + part.length, 0);
  return { heads, tail: joined([...central, ...endRecords(entries.length, place, size)]) };
}

function localHeader({ size, crc }: Entry, name: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Writer(30 + name.length);
  out.u32(0x04034b50).u16(PLAIN).u16(FLAGS).u16(0).u16(0).u16(DATE);
  out.u32(crc).u32(size).u32(size).u16(name.length).u16(0).put(name);
  return out.bytes;
}

function centralHeader({ size, crc }: Entry, name: Uint8Array, place: number) {
  const far = place >= MOST_32;
  const version = far ? ZIP64 : PLAIN;
  const out = new Writer(46 + name.length + (far ? 12 : 0));
  out.u32(0x02014b50).u16(version).u16(version).u16(FLAGS).u16(0).u16(0).u16(DATE);
  out
    .u32(crc)
    .u32(size)
    .u32(size)
    .u16(name.length)
    .u16(far ? 12 : 0);
  out
    .u16(0)
    .u16(0)
    .u16(0)
    .u32(0)
    .u32(far ? MOST_32 : place)
    .put(name);
  if (far) out.u16(1).u16(8).u64(place);
  return out.bytes;
}

function endRecords(count: number, place: number, size: number): Uint8Array<ArrayBuffer>[] {
  const large = count >= MOST_16 || place >= MOST_32 || size >= MOST_32;
  const end = new Writer(22);
  end.u32(0x06054b50).u16(0).u16(0);
  end.u16(Math.min(count, MOST_16)).u16(Math.min(count, MOST_16));
  end.u32(Math.min(size, MOST_32)).u32(Math.min(place, MOST_32)).u16(0);
  if (!large) return [end.bytes];
  const more = new Writer(56);
  more.u32(0x06064b50).u64(44).u16(ZIP64).u16(ZIP64).u32(0).u32(0);
  more.u64(count).u64(count).u64(size).u64(place);
  const pointer = new Writer(20);
  pointer
    .u32(0x07064b50)
    .u32(0)
    .u64(place + size)
    .u32(1);
  return [more.bytes, pointer.bytes, end.bytes];
}

/** Little-endian numbers, one after another. */
class Writer {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  #at = 0;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.#view = new DataView(this.bytes.buffer);
  }

  u16(value: number): this {
    this.#view.setUint16(this.#at, value, true);
    this.#at += 2;
    return this;
  }

  u32(value: number): this {
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
    return this;
  }

  u64(value: number): this {
    this.#view.setBigUint64(this.#at, BigInt(value), true);
    this.#at += 8;
    return this;
  }

  put(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
