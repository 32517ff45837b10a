/** The nearest neighbors of the primary row, asked for live. */

import { asFloat32, asInt32 } from "../api/arrays";
import { live } from "../api/calls";
import { type ApiError, asApiError } from "../api/http";

const HOW_MANY = 12;

export class Neighbors {
  /** Whose neighbors these are. */
  row = $state<number | null>(null);
  rows = $state.raw<number[]>([]);
  distances = $state.raw<number[]>([]);
  error = $state.raw<ApiError | null>(null);
  #abort = new AbortController();

  /**
   * Find the neighbors of a row in an embedding; the newest question wins. While the embedding is
   * still being made, the row's neighbors in the one before stay, as the map of that one does.
   *
   * @param count rows that the embedding has
   */
  async find(embedding: string | null, row: number | null, count: number): Promise<void> {
    this.#abort.abort();
    if (embedding === null || row === null) {
      if (row === null || row !== this.row) this.forget();
      return;
    }
    const k = Math.min(HOW_MANY, count - 1);
    if (k < 1 || row >= count) return this.forget();
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const { arrays } = await live("neighbors", { embedding }, { row, k }, abort.signal);
      if (abort.signal.aborted) return;
      const { indices, distances } = arrays;
      if (!indices || !distances) throw new Error("The answer holds no neighbors.");
      this.#show(row, [...asInt32(indices.data)], [...asFloat32(distances.data)]);
    } catch (thrown) {
      if (abort.signal.aborted) return;
      this.#show(row, [], []);
      this.error = asApiError(thrown);
    }
  }

  /** Show none: the images have changed. */
  forget(): void {
    this.#show(null, [], []);
  }

  #show(row: number | null, rows: number[], distances: number[]): void {
    this.row = row;
    this.rows = rows;
    this.distances = distances;
    this.error = null;
  }
}
