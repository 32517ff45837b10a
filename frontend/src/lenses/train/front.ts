/** Which settings of an objective stand in front of its form. */

import type { Method } from "../../api/types";
import { fieldsOf } from "../../forms/schema";

/** What every objective has. All else is its own. */
const COMMON = new Set([
  "backbone",
  "image_size",
  "patch_size",
  "epochs",
  "batch_size",
  "learning_rate",
  "weight_decay",
  "warmup_epochs",
  "snapshots",
  "precision",
  "stop_at",
]);

/** Its first own one, the network, and how long. */
export function frontOf(method: Method): string[] {
  const names = fieldsOf(method.params).map(({ name }) => name);
  const own = names.find((name) => !COMMON.has(name));
  return [...(own ? [own] : []), "backbone", "epochs"].filter((name) => names.includes(name));
}

/** Settings that stay when another objective is chosen. */
export const shared = [...COMMON].filter((name) => name !== "stop_at");
