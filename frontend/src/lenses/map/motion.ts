/** Motion that explains: points and cameras travel, unless the system asks for stillness. */

export const TRAVEL_MS = 400;

/** One passage from 0 to 1, quick at first. */
export class Passage {
  #start: number | null = null;

  constructor(private readonly still = matchMedia("(prefers-reduced-motion: reduce)")) {}

  begin(now: number): void {
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
    const t = (now - this.#start) / TRAVEL_MS;
    if (t >= 1) {
      this.#start = null;
      return 1;
    }
    return easeOut(Math.max(0, t));
  }
}

export const easeOut = (t: number) => 1 - (1 - t) ** 3;
