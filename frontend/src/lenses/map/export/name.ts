/** Names of files, and of the columns in them, as the server gives them. */

import type { Recipe } from "../../../api/types";
import { ingredient } from "../../../recipes/words";

/** Method, dataset, encoder and layer: "tsne-digits-pixels". */
export function fileStem(recipe: Recipe): string {
  const layer = ingredient(recipe, "embedding")?.params?.layer;
  const words = [recipe, ingredient(recipe, "dataset"), ingredient(recipe, "encoder")].flatMap(
    (made) => (made ? [made.method] : []),
  );
  if (typeof layer === "string") words.push(layer);
  return words
    .join("-")
    .replace(/[^\w.-]/g, "_")
    .slice(0, 100);
}

/** A part of an exported table: who made the columns, and how they are called there. */
export interface Part {
  method: string;
  columns: readonly string[];
}

/** What a column of the last part is called in a map's table, where every name stands once. */
export function columnInTable(parts: readonly Part[], axes: 2 | 3, column: string): string {
  const taken = new Set(["row", ..."xyz".slice(0, axes)]);
  let found = column;
  for (const { method, columns } of parts) {
    for (const own of columns) {
      let name = own;
      for (let number = 1; taken.has(name); number++) {
        name = `${method}_${own}${number === 1 ? "" : `_${number}`}`;
      }
      taken.add(name);
      if (own === column) found = name;
    }
  }
  return found;
}
