/** How many points to draw: all of them, unless a hand moves that this machine cannot follow. */

/** The hand counts as moving for so long after its last move. */
const BUSY_MS = 160;
/** While it moves, a frame may take this long; points beyond that are left out. */
const FRAME_MS = 30;
const FEWEST_POINTS = 20_000;

export class Pace {
  /** Frames of a layout that were timed: the first holds uploads, so a slow one is timed again. */
  #timed = 0;
  /** Milliseconds that a frame with all points takes. */
  #cost = 0;
  #busyUntil = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly onRest: () => void) {}

  /** Another layout is about to be seen. */
  enter(): void {
    this.#timed = 0;
    this.#cost = 0;
  }

  get first(): boolean {
    return this.#timed === 0;
  }

  /** Whether the next frame is to be timed. */
  get timing(): boolean {
    return this.#timed === 0 || (this.#timed === 1 && this.#cost > FRAME_MS);
  }

  time(milliseconds: number): void {
    this.#timed += 1;
    this.#cost = milliseconds;
  }

  /** The hand moved. */
  touch(now: number): void {
    this.#busyUntil = now + BUSY_MS;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.onRest, BUSY_MS + 1);
  }

  /** As many of the points as can be drawn in time. */
  sample(count: number, now: number): number {
    if (now >= this.#busyUntil || this.timing || this.#cost <= FRAME_MS) return count;
    return Math.min(count, Math.max(FEWEST_POINTS, Math.round((count * FRAME_MS) / this.#cost)));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
