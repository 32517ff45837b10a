/** What the lens says. */

import { count } from "../../recipes/words";
import type { Measure } from "../../state/dissimilarity";

export const MEASURE_TITLES: Record<Measure, string> = {
  correlation: "1 - correlation",
  cosine: "1 - cosine",
  euclidean: "Euclidean",
  sqeuclidean: "Squared Euclidean",
  manhattan: "Manhattan",
};

const MEANING: Record<Measure, string> = {
  correlation: "1 minus the correlation of their vectors",
  cosine: "1 minus the cosine of their vectors",
  euclidean: "the distance of their vectors",
  sqeuclidean: "the squared distance of their vectors",
  manhattan: "the summed differences of their vectors",
};

/** What one sees, and how far to trust it. */
export function caption(measure: Measure, step: number): string {
  const what = `Each square is how unlike two images are for this encoder: ${MEANING[measure]}; dark blocks on the diagonal are groups that it sees as alike.`;
  if (step === 1) return what;
  const pairs = `${count(step)} x ${count(step)} pairs`;
  if (measure === "euclidean") {
    return `${what} At this size a pixel is the root mean square of ${pairs}.`;
  }
  if (measure === "manhattan") {
    return `${what} At this size a pixel is the mean of ${step < 4 ? 2 : 4} of ${pairs}.`;
  }
  return `${what} At this size a pixel is the mean of ${pairs}.`;
}

/** A dissimilarity with three digits. */
export const valueWords = (value: number | null) =>
  value === null ? "not known yet" : value === 0 ? "0" : value.toPrecision(3);
