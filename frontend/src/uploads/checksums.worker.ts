/** Checksums of files, beside the page: reading a hundred thousand files must not hold it up. */

import { crc32 } from "./crc32";

/** Files up to this size are read whole, larger ones piece by piece. */
const WHOLE = 8 * 2 ** 20;

async function checksum(file: File): Promise<number> {
  if (file.size <= WHOLE) return crc32(new Uint8Array(await file.arrayBuffer()));
  let crc = 0;
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return crc;
    crc = crc32(value, crc);
  }
}

addEventListener("message", async ({ data: files }: MessageEvent<File[]>) => {
  const sums = new Uint32Array(files.length);
  try {
    for (const [i, file] of files.entries()) sums[i] = await checksum(file);
    postMessage(sums);
  } catch {
    // A file may have been moved or changed since it was chosen.
    postMessage(null);
  }
});
