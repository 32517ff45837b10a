/** Many files as one zip, without holding them in memory. */

import type { Found } from "./gather";
import { frameOf } from "./zip";

/** So many files are checked at a time: progress moves, and giving up is heard. */
const BATCH = 200;

/** Make a zip of files; tells how many have been read. Throws an AbortError when given up. */
export async function pack(
  found: readonly Found[],
  onProgress: (files: number) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const sums = await checksums(found, onProgress, signal);
  const entries = found.map(({ path, file }, i) => ({
    path,
    size: file.size,
    crc: sums[i] as number,
  }));
  const { heads, tail } = frameOf(entries);
  const parts = found.flatMap(({ file }, i) => [heads[i] as BlobPart, file]);
  return new Blob([...parts, tail], { type: "application/zip" });
}

async function checksums(
  found: readonly Found[],
  onProgress: (files: number) => void,
  signal: AbortSignal,
): Promise<number[]> {
  const worker = new Worker(new URL("./checksums.worker.ts", import.meta.url), { type: "module" });
  const sums: number[] = [];
  try {
    signal.throwIfAborted();
    while (sums.length < found.length) {
      const batch = found.slice(sums.length, sums.length + BATCH).map(({ file }) => file);
      const answer = await ask(worker, batch);
      if (!answer) {
        throw new Error(
          "A file could not be read: it was moved or changed after it was chosen. Choose the files again.",
        );
      }
      signal.throwIfAborted();
      for (const sum of answer) sums.push(sum);
      onProgress(sums.length);
    }
  } finally {
    worker.terminate();
  }
  return sums;
}

function ask(worker: Worker, files: File[]): Promise<Uint32Array | null> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = () => reject(new Error("The files could not be read by this browser."));
    worker.postMessage(files);
  });
}
