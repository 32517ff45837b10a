/** Maps of all snapshots of a run, made so that only what the encoder changed moves. */

import type { Method, Recipe } from "../api/types";
import { fieldsOf, fieldValue } from "../forms/schema";
import { fromTheStart, toTheEnd } from "./flow";
import { analysisRecipe, type Choice, embeddingRecipe, type Subject } from "./recipe";
import { startsAtRandom } from "./starts";

/** A recipe holds all maps that it flows on from: of more frames than this, some are left out. */
const MOST_FRAMES = 12;
/** A map that begins where the next one ended needs no more steps than these. */
const FEW_STEPS = 250;

const has = (method: Method, input: string) => method.inputs.some(({ name }) => name === input);

/** Whether the maps of a run can be made to follow one another. */
export const canFollow = (method: Method | undefined) =>
  method !== undefined && (has(method, "axes") || has(method, "start"));

/**
 * The frames that the maps of a run flow through, from the first to the last. The last is always
 * among them; of many, those between are taken at even distances.
 */
export function framesOf<T>(snapshots: readonly T[]): T[] {
  const last = snapshots.length - 1;
  if (snapshots.length <= MOST_FRAMES) return [...snapshots];
  const places = Array.from({ length: MOST_FRAMES }, (_, i) =>
    Math.round((i * last) / (MOST_FRAMES - 1)),
  );
  return places.map((place) => snapshots[place] as T);
}

/**
 * The map of one snapshot, seen as the last one is.
 *
 * A method that can look along given axes takes those of the last snapshot. One that forms step by
 * step begins with the layout of the snapshot that follows, back from the last one: begun forwards,
 * it would carry what the early, empty encoders looked like through to the end. What remains is
 * laid onto the last map, since a turn means nothing.
 *
 * @param encoders the snapshot that is looked at, then all frames after it; the last one stays
 */
export function frameRecipe(
  analysis: Choice,
  method: Method,
  subject: Subject,
  encoders: readonly Choice[],
): Recipe {
  const plain = fromTheStart(analysis);
  const seen = (encoder: Choice) => ({ ...subject, encoder });
  const last = seen(encoders.at(-1) ?? subject.encoder);
  const [own, ...later] = encoders;
  if (!own || !later.length || !canFollow(method)) return analysisRecipe(plain, method, last);
  if (has(method, "axes")) {
    const recipe = analysisRecipe(plain, method, seen(own));
    return { ...recipe, inputs: { ...recipe.inputs, axes: embeddingRecipe(last) } };
  }
  const end = analysisRecipe(plain, method, last);
  const short = shortened(plain, method);
  let layout = end;
  for (const encoder of encoders.slice(0, -1).reverse()) {
    const recipe = analysisRecipe(short, method, seen(encoder));
    layout = { ...recipe, inputs: { ...recipe.inputs, start: layout } };
  }
  return onto(layout, end);
}

/** The same map from two random starts, one laid onto the other: what moves means nothing. */
export function chanceRecipe(analysis: Choice, method: Method, subject: Subject): Recipe | null {
  if (!startsAtRandom(method)) return null;
  const plain = toTheEnd(fromTheStart(analysis));
  const params = { ...plain.params, initialization: "random" };
  const [one, other] = [1, 2].map((seed) =>
    analysisRecipe({ ...plain, params, seed }, method, subject),
  ) as [Recipe, Recipe];
  return onto(other, one);
}

/** The map that an aligned one lays onto another; any other map is itself. */
export function unaligned(recipe: Recipe): Recipe {
  const inner = recipe.method === "aligned" ? recipe.inputs?.projection : undefined;
  return inner && typeof inner === "object" && !Array.isArray(inner) ? inner : recipe;
}

const onto = (projection: Recipe, still: Recipe): Recipe => ({
  kind: "projection",
  method: "aligned",
  inputs: { projection, onto: still },
});

/** The same map with as many steps as it takes to follow. */
function shortened(choice: Choice, method: Method): Choice {
  const field = fieldsOf(method.params).find(({ name }) => ["iterations", "epochs"].includes(name));
  const whole = toTheEnd(choice);
  if (!field) return whole;
  const steps = fieldValue(field, whole.params);
  const few = typeof steps === "number" ? Math.min(steps, FEW_STEPS) : FEW_STEPS;
  return { ...whole, params: { ...whole.params, [field.name]: few } };
}
