/** How images stand along a matrix, made and read. */

import { untrack } from "svelte";
import { asFloat32, asInt32 } from "../../api/arrays";
import { getArray } from "../../api/calls";
import { type ApiError, asApiError } from "../../api/http";
import type { Manifest, Recipe } from "../../api/types";
import type { Desk } from "../../state/desk.svelte";
import type { Making } from "../../state/workshop.svelte";
import { type Branch, branchesOf } from "./tree";

export interface Order {
  /** The dataset that it is of. */
  of: string;
  /** Id of its artifact; null is the order of the dataset. */
  id: string | null;
  rows: Int32Array;
  /** The tree of clusters that it is of; none of other orders. */
  tree: Branch[] | null;
}

export class Ordering {
  making = $state.raw<Making | null>(null);
  error = $state.raw<ApiError | null>(null);
  #read = $state.raw<Order | null>(null);
  readonly #desk: () => Desk;

  /**
   * To be made with a component.
   *
   * @param recipe what makes the order; null is that of the dataset, undefined is not known yet
   */
  constructor(desk: () => Desk, recipe: () => Recipe | null | undefined) {
    this.#desk = desk;
    $effect(() => {
      const wanted = recipe();
      this.making = wanted ? untrack(() => desk().workshop.make(wanted)) : null;
    });
    $effect(() => {
      const { info } = desk();
      const wanted = recipe();
      if (!info || wanted === undefined) return;
      this.error = null;
      const made = this.making?.manifest ?? null;
      if (wanted === null) {
        const rows = Int32Array.from({ length: info.count }, (_, i) => i);
        this.#read = { of: info.id, id: null, rows, tree: null };
      } else if (made) {
        read(made, info.id).then(
          (order) => {
            if (this.making?.manifest === made) this.#read = order;
          },
          (thrown) => {
            this.error = asApiError(thrown);
          },
        );
      }
    });
  }

  /** The order that is shown: the one before stays until the next is there. */
  get order(): Order | null {
    return this.#read && this.#read.of === this.#desk().info?.id ? this.#read : null;
  }
}

async function read({ id, arrays }: Manifest, of: string): Promise<Order> {
  const rows = Int32Array.from(asInt32((await getArray(id, "order")).data));
  if (!("merges" in arrays) || rows.length < 2) return { of, id, rows, tree: null };
  const [merges, leaves] = await Promise.all([getArray(id, "merges"), getArray(id, "rows")]);
  return { of, id, rows, tree: branchesOf(asFloat32(merges.data), asInt32(leaves.data), rows) };
}
