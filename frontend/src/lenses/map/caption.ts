/** The one sentence under the map: what it shows, and how far to trust it. */

import type { Manifest, Method } from "../../api/types";
import { count, findMethod, ingredient } from "../../recipes/words";

const WORDS = ["no", "one", "two", "three"];

/** Sentence from the artifacts themselves: their metrics, metadata and array shapes. */
export function captionOf(
  analysis: Manifest,
  dataset: Manifest,
  embedding: Manifest | null,
  methods: Method[],
): string {
  const method = findMethod(methods, analysis.kind, analysis.method);
  const title = method?.title ?? analysis.method;
  const subject = `${title} of ${subjectOf(analysis, methods)} of ${itemsOf(dataset)}`;
  const axes = analysis.arrays.points?.shape[1] ?? 2;
  const width = embedding?.arrays.features?.shape[1];
  const variance = analysis.metrics.explained_variance;
  if (variance === undefined) return `${subject}. ${method?.summary ?? ""}`.trim();
  const kept = `${subject}: the ${WORDS[axes]} axes keep ${percent(variance)} of the variance`;
  const others = width === undefined ? null : width - axes;
  if (others === null) return `${kept}.`;
  if (others <= 0) return `${kept}, which is all there is: distances here are true.`;
  const directions = others === 1 ? "direction" : `${count(others)} directions`;
  return `${kept}; points that are close here may differ along the other ${directions}.`;
}

/** "the pixels", or "Random weights (blocks.5)". */
function subjectOf(analysis: Manifest, methods: Method[]): string {
  const encoder = ingredient(analysis.recipe, "encoder");
  if (!encoder) return "the images";
  if (encoder.method === "pixels") return "the pixels";
  const title = findMethod(methods, "encoder", encoder.method)?.title ?? encoder.method;
  const layer = ingredient(analysis.recipe, "embedding")?.params?.layer;
  return typeof layer === "string" ? `${title} (${layer})` : title;
}

/** "1,797 digits": the dataset's method names what its images are. */
function itemsOf(dataset: Manifest): string {
  return `${count(Number(dataset.meta.count ?? 0))} ${dataset.method.replaceAll("_", " ")}`;
}

/** Small shares keep a digit, and nothing short of everything is called 100%. */
function percent(share: number): string {
  const value = share * 100;
  const digits = value < 10 || (value > 99 && value < 100) ? 1 : 0;
  return `${value > 99.9 && value < 100 ? ">99.9" : value.toFixed(digits)}%`;
}
