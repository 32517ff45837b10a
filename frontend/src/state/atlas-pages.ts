/** Pages of a sprite atlas; a part of a large one is made when a page of it is first wanted. */

import { getAtlasPage } from "../api/calls";
import type { Manifest } from "../api/types";
import type { Workshop } from "./workshop.svelte";

/** Pages that an atlas, or the first part of one, holds. */
export const pagesHere = (atlas: Manifest) => (atlas.arrays.offsets?.shape[0] ?? 1) - 1;

/**
 * Fetch a page of the atlas of a dataset.
 *
 * @param atlas Its manifest, or that of its first part: parts hold equally many pages.
 * @throws {ApiError} Why it is not there.
 */
export async function atlasPage(
  workshop: Workshop,
  atlas: Manifest,
  dataset: string,
  number: number,
): Promise<Blob> {
  const part = Math.floor(number / Math.max(1, pagesHere(atlas)));
  if (part > 0) {
    const { kind, method } = atlas;
    await workshop.made({ kind, method, inputs: { dataset }, params: { part } });
  }
  return getAtlasPage(dataset, number);
}
