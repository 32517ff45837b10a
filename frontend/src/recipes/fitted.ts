/** Encoders that are fitted on images without being trained: PCA, k-means and their like. */

import type { Method } from "../api/types";
import type { Choice } from "./recipe";
import { isObjective } from "./runs";
import { findMethod } from "./words";

/** Whether a method fits an encoder on a dataset and needs nothing else that has no default. */
export function isFitted(method: Method): boolean {
  const needed = method.inputs.filter((input) => !input.optional);
  return (
    method.kind === "encoder" &&
    !isObjective(method) &&
    needed.length === 1 &&
    needed[0]?.kind === "dataset" &&
    !needed[0].many &&
    !Array.isArray(method.params.required)
  );
}

/** An encoder for a dataset: one that is fitted is fitted on that, any other stays as it is. */
export function fittedOn(dataset: Choice, encoder: Choice, methods: Method[]): Choice {
  const method = findMethod(methods, encoder.kind, encoder.method);
  if (!method || !isFitted(method)) return encoder;
  const input = method.inputs.find(({ optional }) => !optional)?.name ?? "dataset";
  return { ...encoder, inputs: { ...encoder.inputs, [input]: dataset } };
}
