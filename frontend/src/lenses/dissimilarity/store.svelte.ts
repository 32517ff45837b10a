/** Tiles of one matrix, fetched when wanted and kept. */

import { asFloat32 } from "../../api/arrays";
import { live } from "../../api/calls";
import { type ApiError, asApiError } from "../../api/http";
import { isPassing } from "../../state/asker.svelte";
import type { Measure } from "../../state/dissimilarity";
import type { Spread } from "./paint";
import { isBelow, keyOf, mirrored, TILE, type TileAt } from "./tiles";

export interface Tile {
  height: number;
  width: number;
  values: Float32Array;
}

export interface Subject {
  embedding: string;
  /** Id of the order; null is that of the dataset. */
  order: string | null;
  measure: Measure;
}

/** Tiles that are kept, of 1 MB each. */
const KEPT = 96;
const AT_ONCE = 2;
const AGAIN_MS = 500;

export class TileStore {
  /** Raised with every tile that arrives. */
  version = $state(0);
  spread = $state.raw<Spread | null>(null);
  count = $state(0);
  /** Whether the scale is of a sample of pairs. */
  sampled = $state(false);
  error = $state.raw<ApiError | null>(null);
  readonly #tiles = new Map<string, Tile>();
  readonly #loading = new Set<string>();
  #wanted: TileAt[] = [];
  readonly #abort = new AbortController();

  constructor(readonly subject: Subject) {}

  /** A tile, if it is there. */
  find(at: TileAt): Tile | null {
    return this.#tiles.get(keyOf(at)) ?? null;
  }

  /** Ask for tiles; those that were asked for before and are not under way are forgotten. */
  want(tiles: TileAt[]): void {
    this.#wanted = tiles;
    this.#work();
  }

  destroy(): void {
    this.#abort.abort();
  }

  #work(): void {
    for (const each of this.#wanted) {
      if (this.#loading.size >= AT_ONCE || this.#abort.signal.aborted) return;
      const at = isBelow(each) ? mirrored(each) : each;
      const key = keyOf(at);
      if (this.#tiles.has(key) || this.#loading.has(key)) continue;
      this.#loading.add(key);
      void this.#load(at, key);
    }
  }

  async #load(at: TileAt, key: string): Promise<void> {
    const { embedding, order, measure } = this.subject;
    const inputs: Record<string, string> = order ? { embedding, order } : { embedding };
    const { signal } = this.#abort;
    try {
      const params = { measure, ...at, size: TILE };
      const { arrays, meta } = await live("dissimilarities", inputs, params, signal);
      const { tile, ends, quantiles } = arrays;
      if (!tile || !ends || !quantiles) throw new Error("The answer lacks an array.");
      const [height = 0, width = 0] = tile.shape;
      this.#keep(at, { height, width, values: asFloat32(tile.data) });
      const [low = 0, high = 1] = asFloat32(ends.data);
      this.spread ??= { low, high, quantiles: asFloat32(quantiles.data) };
      this.count = Number(meta.count);
      this.sampled = meta.sampled === true;
      this.error = null;
      this.version += 1;
    } catch (thrown) {
      if (signal.aborted) return;
      const error = asApiError(thrown);
      this.error = error;
      if (!isPassing(error)) {
        this.#wanted = [];
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    } finally {
      this.#loading.delete(key);
    }
    this.#work();
  }

  #keep(at: TileAt, tile: Tile): void {
    this.#tiles.set(keyOf(at), tile);
    if (at.top !== at.left) this.#tiles.set(keyOf(mirrored(at)), transposed(tile));
    for (const key of this.#tiles.keys()) {
      if (this.#tiles.size <= KEPT) return;
      this.#tiles.delete(key);
    }
  }
}

function transposed({ height, width, values }: Tile): Tile {
  const out = new Float32Array(values.length);
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) out[j * height + i] = values[i * width + j] as number;
  }
  return { height: width, width: height, values: out };
}
