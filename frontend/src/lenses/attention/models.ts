/** Which encoders can be looked into, and which one suits a data set. */

import type { Method } from "../../api/types";
import type { Choice } from "../../recipes/recipe";
import { fromShelf } from "../../recipes/shelf";
import { fittingName } from "../masking/models";

const NETWORKS = ["vit", "cnn", "resnet", "timm", "torchvision", "checkpoint"];

/** Whether an encoder is a network, as its manifest tells. */
export const canLook = ({ architecture }: Record<string, unknown>) =>
  NETWORKS.includes(String(architecture));

/**
 * The Vision Transformer that comes along and has seen images most like these: DINO, whose
 * attention finds objects, unless they are digits.
 */
export function fitting(dataset: Choice, methods: Method[]) {
  const name = fittingName(dataset);
  const dino = name === "mae_digits" ? null : fromShelf("dino_shapes", methods);
  return dino ?? fromShelf(name, methods);
}
