/** Sending a file to the server: how far it is, how fast, how long still, and giving up. */

import { ApiError, refusalOf, UNREACHABLE } from "../api/http";

export interface Progress {
  sent: number;
  total: number;
  /** Bytes a second; null until it can be told. */
  speed: number | null;
  /** Seconds; null until it can be told. */
  remaining: number | null;
}

/** The speed is that of the last few seconds. */
const WINDOW_MS = 4000;

/** How fast bytes go, from when how many were sent. */
export class Speed {
  #seen: { time: number; sent: number }[] = [];

  note(time: number, sent: number): void {
    this.#seen.push({ time, sent });
    while (this.#seen.length > 2 && time - (this.#seen[0]?.time ?? 0) > WINDOW_MS) {
      this.#seen.shift();
    }
  }

  progress(sent: number, total: number): Progress {
    const [first, last] = [this.#seen[0], this.#seen.at(-1)];
    const span = first && last ? last.time - first.time : 0;
    if (!first || !last || span < 200) return { sent, total, speed: null, remaining: null };
    const speed = ((last.sent - first.sent) / span) * 1000;
    return { sent, total, speed, remaining: speed > 0 ? (total - sent) / speed : null };
  }
}

/**
 * Send a file as it is; `fetch` does not tell how far it is.
 *
 * Returns the SHA-256 by which recipes name it. Throws an ApiError with the server's words, or an
 * AbortError when given up.
 */
export function sendUpload(
  body: Blob,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    const speed = new Speed();
    request.open("PUT", "/api/uploads");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "text";
    request.upload.onprogress = ({ loaded }) => {
      speed.note(performance.now(), loaded);
      onProgress(speed.progress(loaded, body.size));
    };
    request.onload = () => {
      if (request.status === 200) resolve(JSON.parse(request.responseText).sha256);
      else reject(refusalOf(request.status, request.statusText, request.responseText));
    };
    request.onerror = () => reject(new ApiError(UNREACHABLE, 0, "unreachable"));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}
