/** Which of the encoders that come along suits a dataset. */

import type { Method } from "../api/types";
import type { Choice } from "./recipe";
import { fromShelf } from "./shelf";

/** The name of the masked autoencoder that comes along and has seen images most like these. */
export function fittingName(dataset: Choice): string {
  const parent = dataset.inputs?.dataset;
  if (parent) return fittingName(parent);
  return ["digits", "shapes"].includes(dataset.method) ? `mae_${dataset.method}` : "mae_fashion";
}

/** That encoder, and its title; null where the server has none. */
export const fitting = (dataset: Choice, methods: Method[]) =>
  fromShelf(fittingName(dataset), methods);

/** The variational autoencoder that comes along, or the plain one, of images most like these. */
export function coding(dataset: Choice, methods: Method[]) {
  const images = fittingName(dataset).replace("mae_", "").replace("fashion", "shapes");
  return fromShelf(`vae_${images}`, methods) ?? fromShelf(`autoencoder_${images}`, methods);
}
