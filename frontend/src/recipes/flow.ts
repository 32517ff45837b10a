/** Maps that flow on: a new setting starts from the layout that is there. */

import type { Method } from "../api/types";
import { type Choice, canonical } from "./recipe";

/** A recipe holds all its starts; a longer chain than this begins anew. */
const MOST_STARTS = 12;

/** Whether maps of this method are seen while they form and can be finished early. */
export const isLiving = (method: Method | undefined) =>
  method !== undefined && "stop_at" in ((method.params.properties as object | undefined) ?? {});

export function startsOf(choice: Choice): number {
  return choice.start ? 1 + startsOf(choice.start) : 0;
}

const axesOf = ({ params }: Choice) => params.dimensions ?? 2;

/** The same choice from its usual start. */
export function fromTheStart({ start: _start, ...choice }: Choice): Choice {
  return choice;
}

/** The same choice, to its end. */
export function toTheEnd(choice: Choice): Choice {
  const { stop_at: _stop, ...params } = choice.params;
  return { ...choice, params };
}

/** The choice that a map was, now that it was finished after so many steps. */
export const finishedAt = (choice: Choice, step: number): Choice => ({
  ...choice,
  params: { ...choice.params, stop_at: step },
});

/** Whether two choices differ in nothing but where they start. */
export const sameSettings = (a: Choice, b: Choice) =>
  canonical(fromTheStart(a)) === canonical(fromTheStart(b));

/**
 * The choice that makes `wanted` out of what is shown.
 *
 * @param shown the map that is there, as finished as it is; null if there is none
 */
export function flowOn(wanted: Choice, shown: Choice | null, method: Method | undefined): Choice {
  const plain = fromTheStart(wanted);
  const starts = method?.inputs.some((input) => input.name === "start");
  // scikit-learn's t-SNE goes from its own start to its end.
  const free = plain.params.engine !== "scikit-learn";
  if (!shown || !starts || !free) return plain;
  if (shown.kind !== wanted.kind || shown.method !== wanted.method) return plain;
  if (axesOf(shown) !== axesOf(wanted) || startsOf(shown) >= MOST_STARTS) return plain;
  // Where the shown one stopped is no setting of the next, unless it is set anew.
  const inherited = plain.params.stop_at === shown.params.stop_at;
  return { ...(inherited ? toTheEnd(plain) : plain), start: shown };
}
