/** A selection on its way from a dataset to a part of it, and back. */

import { asInt32 } from "../api/arrays";
import { getArray } from "../api/calls";
import type { Manifest } from "../api/types";
import { hasRow } from "./selection.svelte";

/** Rows of the part, of rows of the whole; `kept` says which row of the whole each row is. */
export function toPart(rows: Int32Array, kept: Int32Array): Int32Array {
  const inside: number[] = [];
  kept.forEach((row, i) => {
    if (hasRow(rows, row)) inside.push(i);
  });
  return Int32Array.from(inside);
}

/** Rows of the whole, of rows of the part. */
export const toWhole = (rows: Int32Array, kept: Int32Array): Int32Array =>
  rows.map((row) => kept[row] ?? 0).sort();

/** Where the rows of one dataset are in another; null where the two have nothing in common. */
async function travel(from: Manifest, to: Manifest, rows: Int32Array): Promise<Int32Array | null> {
  const [parentOfFrom, parentOfTo] = [from.meta.parent, to.meta.parent];
  if (parentOfTo === from.id) return toPart(rows, await keptBy(to));
  if (parentOfFrom === to.id) return toWhole(rows, await keptBy(from));
  if (typeof parentOfFrom !== "string" || parentOfFrom !== parentOfTo) return null;
  return toPart(toWhole(rows, await keptBy(from)), await keptBy(to));
}

/** What was selected on one dataset, until it is known what that is on the next. */
export class Crossing {
  #underway: { from: Manifest; rows: Int32Array } | null = null;

  /** Leave a dataset, null where it was never made, with what is selected there. */
  leave(from: Manifest | null, rows: Int32Array): void {
    this.#underway = from && { from, rows };
  }

  /** Arrive at another one, once; null where nothing of it was selected, or nothing is known. */
  async arrive(to: Manifest): Promise<Int32Array | null> {
    const way = this.#underway;
    this.#underway = null;
    if (!way || way.from.id === to.id) return null;
    return travel(way.from, to, way.rows).catch(() => null);
  }
}

const keptBy = async ({ id }: Manifest) => asInt32((await getArray(id, "rows")).data);
