/** The one sentence under the map: what it shows, and how far to trust it. */

import type { Manifest, Method, Recipe } from "../../api/types";
import { unaligned } from "../../recipes/film";
import { count, findMethod, ingredient, titleOf } from "../../recipes/words";

const WORDS = ["no", "one", "two", "three"];

/** A finished map, or one that forms and has no metrics yet. */
export type Pictured = Pick<Manifest, "kind" | "method" | "arrays" | "metrics"> & {
  recipe: Recipe;
};

/** What each method draws, where that takes more than its summary. */
const DRAWN: Record<string, string> = {
  tsne: "images that are neighbors there are drawn together, all others apart",
  umap: "each image is tied to its nearest neighbors there and pushed off others",
};

/** Sentence from the artifacts themselves: their metrics, metadata and array shapes. */
export function captionOf(
  analysis: Pictured,
  dataset: Manifest,
  embedding: Manifest | null,
  methods: Method[],
): string {
  const made = unaligned(analysis.recipe);
  const method = findMethod(methods, made.kind, made.method);
  const title = method?.title ?? made.method;
  const subject = `${title} of ${subjectOf(analysis, methods)} of ${itemsOf(dataset)}`;
  const [images = Number.POSITIVE_INFINITY, axes = 2] = analysis.arrays.points?.shape ?? [];
  const width = embedding?.arrays.features?.shape[1];
  const variance = analysis.metrics.explained_variance;
  const drawn = DRAWN[made.method];
  if (drawn) return `${subject}${stoppedAt(analysis)}: ${drawn}.`;
  if (variance === undefined) return `${subject}. ${method?.summary ?? ""}`.trim();
  const kept = `${subject}: the ${WORDS[axes]} axes keep ${percent(variance)} of the variance`;
  // So many images around their mean span at most one direction fewer.
  const others = width === undefined ? null : Math.min(width, images - 1) - axes;
  if (others === null) return `${kept}.`;
  if (others <= 0) return `${kept}, which is all there is: distances here are true.`;
  const directions = others === 1 ? "direction" : `${count(others)} directions`;
  return `${kept}; points that are close here may differ along the other ${directions}.`;
}

/** "the pixels", or "Random weights (blocks.5)". */
function subjectOf(analysis: Pictured, methods: Method[]): string {
  const encoder = ingredient(analysis.recipe, "encoder");
  if (!encoder) return "the images";
  if (encoder.method === "pixels") return "the pixels";
  const title = titleOf(encoder, methods);
  const layer = ingredient(analysis.recipe, "embedding")?.params?.layer;
  return typeof layer === "string" ? `${title} (${layer})` : title;
}

/** Datasets whose method names what their images are. */
const TELLING = ["digits", "shapes", "photos"];

/** "1,797 digits"; other datasets, and those that somebody named, have a title. */
function itemsOf({ method, title, meta }: Manifest): string {
  const number = count(Number(meta.count ?? 0));
  const renamed = meta.title !== undefined && meta.title !== title;
  return TELLING.includes(method) && !renamed
    ? `${number} ${method}`
    : `${number} images of ${title}`;
}

/** A map that was finished early says so. */
function stoppedAt({ recipe, metrics }: Pictured): string {
  const stop = recipe.params?.stop_at;
  if (typeof stop !== "number" || metrics.iterations === undefined) return "";
  return `, finished at step ${count(stop)}`;
}

/** Small shares keep a digit, and nothing short of everything is called 100%. */
export function percent(share: number): string {
  const value = share * 100;
  const digits = value < 10 || (value > 99 && value < 100) ? 1 : 0;
  return `${value > 99.9 && value < 100 ? ">99.9" : value.toFixed(digits)}%`;
}
