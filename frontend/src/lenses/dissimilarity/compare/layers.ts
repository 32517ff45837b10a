/** The layers of two encoders, and the recipe that compares each with each. */

import type { Recipe } from "../../../api/types";
import type { Choice } from "../../../recipes/recipe";
import { layerName, layersOf, mainLayers } from "../../../state/layers";
import { vectorsOf } from "./models";

/** Images of such a comparison, and layers of an encoder. */
export const MOST_OF_LAYERS = 1000;
const MOST = 32;

export interface Axis {
  title: string;
  layers: { name: string; embedding: Recipe }[];
}

export interface Given {
  choice: Choice;
  meta: Record<string, unknown>;
  title: string;
}

/** Evenly spaced ones of a long list, the first and the last among them. */
export function thinned<Item>(items: Item[], most: number): Item[] {
  if (items.length <= most) return items;
  return Array.from(
    { length: most },
    (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))] as Item,
  );
}

function axisOf(part: Recipe, { choice, meta, title }: Given, untrained: boolean): Axis {
  const all = layersOf(meta);
  const layers = thinned(mainLayers(all), MOST).map(({ name }) => ({
    name,
    embedding: vectorsOf(part, choice, layerName(all, name, null), untrained),
  }));
  return { title: untrained ? `${title}, random weights` : title, layers };
}

/** What stands downwards, and what to the right: another encoder, random weights, or A itself. */
export function axesOf(
  part: Recipe,
  a: Given,
  other: Given | null,
  untrained: boolean,
): [Axis, Axis] {
  return [axisOf(part, a, false), axisOf(part, other ?? a, untrained)];
}

/** Each layer with each; without others a layer is also compared with itself. */
export function ckaRecipe(rows: Axis, columns: Axis | null): Recipe {
  const vectors = (axis: Axis) => axis.layers.map(({ embedding }) => embedding);
  const inputs: NonNullable<Recipe["inputs"]> = { embeddings: vectors(rows) };
  if (columns) inputs.others = vectors(columns);
  return { kind: "similarity", method: "cka", inputs };
}
