/** Which images say something else in a mirror. */

import type { Method, Params } from "../api/types";
import { fieldsOf } from "../forms/schema";
import type { Choice } from "./recipe";

/** Sets of letters, digits and traffic signs, as torchvision names them. */
const SIGNS = new Set(["EMNIST", "GTSRB", "KMNIST", "MNIST", "Omniglot", "QMNIST", "SVHN", "USPS"]);

/** Tell whether a data set, or the one that it is a part of, shows digits, letters or signs. */
export function showsSigns({ method, params, inputs }: Choice): boolean {
  if (inputs?.dataset) return showsSigns(inputs.dataset);
  return method === "digits" || (method === "torchvision" && SIGNS.has(String(params.name)));
}

/** Settings that such images ask for: an objective that mirrors by itself is not to. */
export function unmirrored(method: Method, dataset: Choice): Params {
  const flips = fieldsOf(method.params).some(
    (field) => field.name === "flip" && field.fallback === true,
  );
  return flips && showsSigns(dataset) ? { flip: false } : {};
}
