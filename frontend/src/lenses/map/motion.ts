/** Motion that explains: points and cameras travel, unless the system asks for stillness. */

export const TRAVEL_MS = 400;

/** One passage from 0 to 1, quick at first. */
export class Passage {
  #start: number | null = null;
  #ms = TRAVEL_MS;
  #even = false;

  constructor(private readonly still = matchMedia("(prefers-reduced-motion: reduce)")) {}

  /** An even passage is as quick at its end as at its start: many of them make one flow. */
  begin(now: number, ms = TRAVEL_MS, even = false): void {
    this.#ms = ms;
    this.#even = even;
    this.#start = this.still.matches ? null : now;
  }

  stop(): void {
    this.#start = null;
  }

  get running(): boolean {
    return this.#start !== null;
  }

  /** How far along at this time; a passage that is over is at 1 and stops running. */
  at(now: number): number {
    if (this.#start === null) return 1;
    const t = (now - this.#start) / this.#ms;
    if (t >= 1) {
      this.#start = null;
      return 1;
    }
    return this.#even ? Math.max(0, t) : easeOut(Math.max(0, t));
  }
}

const easeOut = (t: number) => 1 - (1 - t) ** 3;

/** Where points are that have come a share of the way; null for none sets off at once. */
export function between(from: Float32Array | null, to: Float32Array, t: number): Float32Array {
  if (from === null || t >= 1) return to;
  const out = new Float32Array(to.length);
  for (let i = 0; i < out.length; i++) {
    const start = from[i] as number;
    out[i] = start + ((to[i] as number) - start) * t;
  }
  return out;
}
