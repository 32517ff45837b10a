/** Recipes of probes: what can be read from the features of encoder A, and of others beside it. */

import type { Method, Recipe } from "../api/types";
import { ratioRecipes } from "./ratios";
import { analysisRecipe, type Choice, canonical, choiceRecipe, type Subject } from "./recipe";

export const isProbe = ({ kind }: Method) => kind === "probe";

/** Whether a probe trains what it compares: masked autoencoders of several ratios. */
export const comparesRatios = (method: Method | undefined) => method?.output === "ratios";

/** Whether a probe compares any number of encoders that are chosen. */
export const comparesMany = (method: Method | undefined) =>
  !comparesRatios(method) &&
  (method?.inputs.some(({ kind, many }) => kind === "encoder" && many) ?? false);

/** Whether the layer is a choice that a probe leaves to the page. */
const takesLayer = ({ params }: Method) => "layer" in ((params.properties as object) ?? {});

/**
 * @param beside encoders to compare with A, where the probe takes several
 * @param count number of images
 */
export function probeRecipe(
  probe: Choice,
  method: Method,
  subject: Subject,
  beside: readonly Choice[],
  count: number,
): Recipe {
  const recipe = analysisRecipe(probe, method, subject);
  const params = { ...recipe.params };
  if (takesLayer(method) && subject.layer !== null) params.layer ??= subject.layer;
  if (Object.keys(params).length) recipe.params = params;
  for (const { name, kind, many } of method.inputs) {
    if (kind !== "encoder" || !many) continue;
    if (comparesRatios(method)) {
      recipe.inputs = { ...recipe.inputs, [name]: ratioRecipes(subject, count) };
      continue;
    }
    const all = [subject.encoder, ...beside];
    const once = all.filter(
      (encoder, i) => all.findIndex((other) => canonical(other) === canonical(encoder)) === i,
    );
    recipe.inputs = { ...recipe.inputs, [name]: once.map(choiceRecipe) };
  }
  return recipe;
}
