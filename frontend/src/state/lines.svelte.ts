/** Lines from the row under the pointer to its true neighbors, so that torn neighborhoods show. */

import { Neighbors } from "./neighbors.svelte";

export class Lines {
  readonly neighbors = new Neighbors();
  /** Switched by hand; null draws them while one looks at how far to trust the map. */
  wanted = $state<boolean | null>(null);
  /** Whether one does. */
  trusting = $state(false);

  /** Whether they are drawn. */
  readonly on = $derived(this.wanted ?? this.trusting);

  /** The neighbors to draw lines to from this row, as far as they are known. */
  of(row: number | null): readonly number[] {
    const { neighbors, on } = this;
    return on && row !== null && neighbors.row === row ? neighbors.rows : NONE;
  }

  async find(embedding: string | null, row: number | null, count: number): Promise<void> {
    if (this.on) await this.neighbors.find(embedding, row, count);
  }
}

const NONE: readonly number[] = [];
