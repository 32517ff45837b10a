/** The same map from several random starts: what differs between them was a matter of luck. */

import type { Method, Recipe } from "../api/types";
import { fieldsOf } from "../forms/schema";
import { fromTheStart, toTheEnd } from "./flow";
import { analysisRecipe, type Choice, type Subject } from "./recipe";

const SEEDS = [1, 2, 3];

/** Whether maps of a method can start from chance. */
export const startsAtRandom = (method: Method | undefined) =>
  method !== undefined &&
  fieldsOf(method.params).some(
    (field) =>
      field.name === "initialization" &&
      field.type === "choice" &&
      field.options.includes("random"),
  );

/** Recipes of the same map, from three random starts to the end. */
export function randomStarts(analysis: Choice, method: Method, subject: Subject): Recipe[] {
  const plain = toTheEnd(fromTheStart(analysis));
  const params = { ...plain.params, initialization: "random" };
  return SEEDS.map((seed) => analysisRecipe({ ...plain, params, seed }, method, subject));
}
