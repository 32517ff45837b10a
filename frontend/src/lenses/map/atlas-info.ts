/** A sprite atlas as its manifest describes it. */

import { getAtlasPage } from "../../api/calls";
import type { Manifest } from "../../api/types";
import { type DatasetInfo, isSmall } from "../../state/columns";
import type { AtlasInfo } from "./renderer/atlas";

/** Null when the manifest lacks a number: the map then stays with points. */
export function atlasInfo(atlas: Manifest, dataset: DatasetInfo): AtlasInfo | null {
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
  const page = (number: number) => getAtlasPage(dataset.id, number);
  return { size, columns, rows, pages, pageWidth, pageHeight, exact, page };
}
