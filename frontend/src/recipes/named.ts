/** Encoders that have a name of their own: models of the libraries, and files of weights. */

import type { Params } from "../api/types";

/** The method that reads files of weights. */
export const CHECKPOINT = "checkpoint";
/** The methods that take the name of a model. */
export const LIBRARIES = ["timm", "torchvision"];

/** What such an encoder is called, rather than by its method; undefined for any other. */
export function ownTitle(made: { method: string; params?: Params | null }): string | undefined {
  const { name, title, pretrained } = made.params ?? {};
  if (made.method === CHECKPOINT) return title ? String(title) : undefined;
  if (!LIBRARIES.includes(made.method) || !name) return undefined;
  return pretrained === false ? `${String(name)}, untrained` : String(name);
}
