/** Texts of rows: UTF-8, end to end, and where each begins. */

import type { NumericArray } from "../api/arrays";

export class Texts {
  readonly count: number;
  readonly #bytes: Uint8Array;
  /** Whole numbers up to 2^53 are exact. */
  readonly #offsets: Float64Array;
  #lower: string[] | null = null;

  constructor(bytes: NumericArray, offsets: NumericArray) {
    if (!(bytes.data instanceof Uint8Array)) throw new Error("Texts are bytes.");
    this.#bytes = bytes.data;
    this.#offsets = Float64Array.from(offsets.data as ArrayLike<number | bigint>, Number);
    this.count = Math.max(0, this.#offsets.length - 1);
  }

  at(row: number): string {
    return new TextDecoder().decode(
      this.#bytes.subarray(this.#offsets[row], this.#offsets[row + 1]),
    );
  }

  /** Mark the rows whose text holds a word, which is in lower case. */
  mark(word: string, rows: Uint8Array): void {
    this.#lower ??= this.#lowered();
    for (let row = 0; row < this.count; row++) {
      if (this.#lower[row]?.includes(word)) rows[row] = 1;
    }
  }

  #lowered(): string[] {
    const decoder = new TextDecoder();
    const whole = decoder.decode(this.#bytes);
    // Where every letter is one byte, which is usual, the whole is read at once.
    const plain = whole.length === this.#bytes.length;
    return Array.from({ length: this.count }, (_, row) =>
      (plain
        ? whole.slice(this.#offsets[row], this.#offsets[row + 1])
        : this.at(row)
      ).toLowerCase(),
    );
  }
}
