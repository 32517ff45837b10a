/** Encoders from files of weights. */

import type { Choice } from "./recipe";

/** The method that reads such files. */
export const CHECKPOINT = "checkpoint";

/** What an encoder from a file is called; nothing for others. */
export function fileTitle({ method, params }: Choice): string | undefined {
  return method === CHECKPOINT ? String(params.title ?? "Your checkpoint") : undefined;
}
