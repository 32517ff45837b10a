/** Files that this page has sent, so that one that is chosen again is not sent again. */

import { sha256 as SHA256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { request } from "../api/http";

export class Sent {
  /** Checksums by the size of their file: only a file of such a size is worth reading for it. */
  readonly #bySize = new Map<number, Set<string>>();

  /** Remember a file that the server took. */
  note({ size }: Blob, sha256: string): void {
    this.#bySize.set(size, (this.#bySize.get(size) ?? new Set()).add(sha256));
  }

  /** The checksum of a file that was sent before and that the server still has; null for any other. */
  async find(body: Blob, signal: AbortSignal): Promise<string | null> {
    const known = this.#bySize.get(body.size);
    if (!known) return null;
    const sha256 = await checksum(body, signal);
    return known.has(sha256) && (await isThere(sha256, signal)) ? sha256 : null;
  }
}

/**
 * The SHA-256 of a file, which is read piece by piece.
 *
 * The browser's own takes the whole into memory, and is missing on a class server without HTTPS.
 */
async function checksum(body: Blob, signal: AbortSignal): Promise<string> {
  const digest = SHA256.create();
  const reader = body.stream().getReader();
  for (;;) {
    signal.throwIfAborted();
    const { done, value } = await reader.read();
    if (done) return bytesToHex(digest.digest());
    digest.update(value);
  }
}

async function isThere(sha256: string, signal: AbortSignal): Promise<boolean> {
  try {
    await request(`/uploads/${sha256}`, { method: "HEAD", signal });
    return true;
  } catch {
    signal.throwIfAborted();
    return false; // then it is sent, and what is wrong is told by that
  }
}
