/** Which images a lens shows that has room for a few. */

import { classesOf, loadColumn } from "./columns";
import type { Desk } from "./desk.svelte";
import { chooseRows } from "./rows";

export class Shown {
  /** The class of each row; null until it is known which images to show. */
  #labels = $state.raw<ArrayLike<number> | null>(null);
  readonly #desk: () => Desk;

  /** To be made with a component: the classes are read anew with each dataset. */
  constructor(desk: () => Desk) {
    this.#desk = desk;
    $effect(() => {
      const { info } = desk();
      this.#labels = null;
      const column = info && classesOf(info.columns);
      if (!info || !column) {
        this.#labels = [];
        return;
      }
      loadColumn(info, column)
        .then(({ values }) => values)
        // Without them the first rows do.
        .catch(() => new Float32Array(0))
        .then((values) => {
          if (desk().info === info) this.#labels = values;
        });
    });
  }

  /** At most so many rows: see `chooseRows`. */
  rows(most: number): number[] {
    const { info, selection } = this.#desk();
    if (!info || !this.#labels) return [];
    return chooseRows(selection.rows, selection.primary, this.#labels, info.count, most);
  }
}
