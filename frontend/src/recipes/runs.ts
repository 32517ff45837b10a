/** Runs and their snapshots: a snapshot is the recipe of its run with `stop_at`. */

import type { Method, Params, Recipe } from "../api/types";
import { fieldsOf, withoutDefaults } from "../forms/schema";
import { isLiving, toTheEnd } from "./flow";
import { type Choice, canonical, choose } from "./recipe";
import { findMethod } from "./words";

/** Whether a method trains an encoder. */
export const isObjective = ({ kind, queue }: Method) => kind === "encoder" && queue === "train";

/** Whether encoders of a method can be looked at as they were on the way: those of a training. */
export const hasSnapshots = (method: Method) => method.kind === "encoder" && isLiving(method);

/** The run that an encoder belongs to, as far as it goes by itself. */
export const wholeRun = toTheEnd;

/** The step at which an encoder was taken out of its run; null is its end. */
export function stepOf({ params }: Choice): number | null {
  return typeof params.stop_at === "number" ? params.stop_at : null;
}

/** The run as it stood at a step; null is its end. */
export function atStep(run: Choice, step: number | null): Choice {
  const whole = wholeRun(run);
  return step === null ? whole : { ...whole, params: { ...whole.params, stop_at: step } };
}

/** Whether two encoders are of one run. */
export const sameRun = (a: Choice | null, b: Choice | null) =>
  a !== null && b !== null && canonical(wholeRun(a)) === canonical(wholeRun(b));

/**
 * A recipe as a person would have chosen it, without what equals the default.
 *
 * @returns null where the recipe names ingredients by their ids, or in lists: a choice holds neither
 */
export function choiceOf(recipe: Recipe, methods: Method[]): Choice | null {
  const method = findMethod(methods, recipe.kind, recipe.method);
  const given = (recipe.params ?? {}) as Params;
  const params = method ? withoutDefaults(given, fieldsOf(method.params)) : given;
  const choice = choose(recipe.kind, recipe.method, params, recipe.seed ?? 0);
  const inputs: Record<string, Choice> = {};
  for (const [name, input] of Object.entries(recipe.inputs ?? {})) {
    const made =
      typeof input === "string" || Array.isArray(input) ? null : choiceOf(input, methods);
    if (!made) return null;
    inputs[name] = made;
  }
  return Object.keys(inputs).length ? { ...choice, inputs } : choice;
}
