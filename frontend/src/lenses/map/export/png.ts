/** What a canvas leaves out of a PNG file: its resolution, and words about it. */

const SIGNATURE = 8;
/** Length, name, thirteen bytes and checksum of the header that every file begins with. */
const HEADER = 25;
const INCH = 0.0254;

/**
 * The same picture with its size on paper and with texts inside.
 *
 * @param dpi dots an inch
 * @param texts by keyword (PNG 1.2, 4.2.3: up to 79 Latin letters)
 */
export function withWords(
  png: Uint8Array,
  dpi: number,
  texts: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  const meter = Math.round(dpi / INCH);
  const density = new Uint8Array(9);
  const view = new DataView(density.buffer);
  view.setUint32(0, meter);
  view.setUint32(4, meter);
  density[8] = 1; // the unit is the meter
  const chunks = [chunk("pHYs", density)];
  for (const [keyword, text] of Object.entries(texts)) {
    // No compression, no language, no translated keyword.
    const body = new TextEncoder().encode(`${keyword}\0\0\0\0\0${text}`);
    chunks.push(chunk("iTXt", body));
  }
  const begin = SIGNATURE + HEADER;
  const parts = [png.subarray(0, begin), ...chunks, png.subarray(begin)];
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function chunk(name: string, body: Uint8Array): Uint8Array {
  const out = new Uint8Array(body.length + 12);
  const view = new DataView(out.buffer);
  view.setUint32(0, body.length);
  out.set(new TextEncoder().encode(name), 4);
  out.set(body, 8);
  view.setUint32(body.length + 8, checksum(out.subarray(4, body.length + 8)));
  return out;
}

/** CRC-32 as PNG defines it. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
