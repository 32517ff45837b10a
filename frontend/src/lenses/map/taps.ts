/** What was selected before the first of two taps: a double click means no selection. */

/** Two taps within this time may be a double click. */
const DOUBLE_MS = 600;

export interface Selected {
  selected: Int32Array;
  primary: number | null;
}

export class Taps {
  #time = -DOUBLE_MS;
  #before: Selected = { selected: new Int32Array(0), primary: null };

  /** A tap comes; so much is selected until then. */
  note(now: number, { selected, primary }: Selected): void {
    if (now - this.#time <= DOUBLE_MS) return;
    this.#time = now;
    this.#before = { selected, primary };
  }

  get before(): Selected {
    return this.#before;
  }
}
