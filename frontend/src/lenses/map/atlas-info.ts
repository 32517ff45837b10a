/** A sprite atlas as its manifest describes it. */

import type { Manifest } from "../../api/types";
import { atlasPage } from "../../state/atlas-pages";
import { type DatasetInfo, isSmall } from "../../state/columns";
import type { Workshop } from "../../state/workshop.svelte";
import type { AtlasInfo } from "./renderer/atlas";

/**
 * Null when the manifest lacks a number: the map then stays with points.
 *
 * @param atlas Its manifest, or that of the first part.
 * @param workshop Makes further parts when a page of them is wanted.
 */
export function atlasInfo(
  atlas: Manifest,
  dataset: DatasetInfo,
  workshop: Workshop,
): AtlasInfo | null {
  const { meta } = atlas;
  const numbers = ["size", "columns", "rows", "pages", "page_width", "page_height"].map((name) =>
    Number(meta[name]),
  );
  if (!numbers.every((n) => Number.isInteger(n) && n > 0)) return null;
  const [size, columns, rows, pages, pageWidth, pageHeight] = numbers as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const exact = isSmall(dataset);
  const page = (number: number) => atlasPage(workshop, atlas, dataset.id, number);
  return { size, columns, rows, pages, pageWidth, pageHeight, exact, page };
}
