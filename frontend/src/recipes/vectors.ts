/** Own vectors belong to the images they were made of: the encoder that goes with another dataset. */

import { type Choice, canonical, choose } from "./recipe";

/** What a dataset is a part of, or itself. */
const whole = (dataset: Choice): Choice =>
  dataset.inputs?.dataset ? whole(dataset.inputs.dataset) : dataset;

/**
 * The encoder to look at a dataset with: a dataset of vectors alone comes with them, and vectors of
 * other images are left behind.
 */
export function encoderFor(to: Choice, from: Choice, encoder: Choice, usual: Choice): Choice {
  const all = whole(to);
  if (canonical(all) === canonical(whole(from))) return encoder;
  if (all.method === "vectors") return choose("encoder", "vectors", all.params);
  return encoder.method === "vectors" ? usual : encoder;
}
