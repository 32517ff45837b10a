/** What the page shows, gathered for an export. */

import type { Drawing } from "../../../recipes/code";
import { describeRecipe } from "../../../recipes/words";
import { isSmall } from "../../../state/columns";
import type { Desk } from "../../../state/desk.svelte";
import { valueColumns } from "../../../state/values";
import { atlasInfo } from "../atlas-info";
import type { Size } from "../camera";
import { captionOf } from "../caption";
import type { Coloring } from "../colors";
import type { Content } from "../picture.svelte";
import type { Source } from "./figure";
import { columnInTable, fileStem, type Part } from "./name";
import type { Packet } from "./packet";

/** A finished map with its colors. */
export interface Shown {
  desk: Desk;
  content: Content & { analysis: NonNullable<Content["analysis"]> };
  coloring: Coloring;
}

const titleOf = ({ desk, content }: Shown) => describeRecipe(content.analysis.recipe, desk.methods);

export const sentenceOf = ({ desk, content }: Shown) =>
  captionOf(content.analysis, content.dataset, content.embedding.manifest, desk.methods);

/** The computed values that color the points; null where a column of the dataset does. */
export function paintingValues({ desk, content }: Pick<Shown, "desk" | "content">) {
  const making = desk.values && desk.makings?.values;
  const manifest = making?.manifest;
  if (!manifest || !content.column) return null;
  const columns = valueColumns(manifest);
  const paints = columns.some(({ name }) => name === content.column?.name);
  return paints ? { manifest, recipe: making.recipe } : null;
}

/** The atlas of the dataset; null until it is made. */
export function atlasOf({ desk, content }: Shown) {
  const { atlas, dataset } = desk.makings ?? {};
  const fits = atlas?.manifest && dataset?.manifest?.id === content.dataset.id;
  return fits && atlas.manifest
    ? { manifest: atlas.manifest, info: atlasInfo(atlas.manifest, content.info, desk.workshop) }
    : null;
}

export function sourceOf(shown: Shown, window: Size): Source {
  const { desk, content, coloring } = shown;
  return {
    layout: content.layout,
    coloring,
    hidden: new Set(desk.hidden),
    camera: desk.camera,
    window,
    thumbnails: Boolean(atlasOf(shown)?.info),
    selected: desk.selection.rows,
    primary: desk.selection.primary,
    neighbors: desk.neighbors.row === desk.selection.primary ? desk.neighbors.rows : [],
    sentence: sentenceOf(shown),
  };
}

export function drawingOf(shown: Shown): Drawing {
  const { desk, content, coloring } = shown;
  const { column, layout, info } = content;
  const values = paintingValues(shown);
  const parts: Part[] = [
    { method: content.dataset.method, columns: info.columns.map(({ name }) => name) },
  ];
  if (values) {
    const columns = valueColumns(values.manifest).map(({ name }) => name);
    parts.push({ method: values.manifest.method, columns });
  }
  const hidden = coloring.legend
    .filter(({ index, count }) => count > 0 && desk.hidden.includes(index))
    .map(({ title }) => title);
  return {
    recipe: content.recipe,
    title: titleOf(shown),
    file: fileStem(content.analysis.recipe),
    color: column && {
      array: columnInTable(parts, layout.dimensions, column.name),
      title: column.title,
      values: values?.recipe ?? null,
      hidden: column.type === "category" ? hidden : null,
    },
  };
}

/** The small part of a standalone file. */
export function packetOf(shown: Shown, trust: string, thumbnails: boolean): Packet {
  const { desk, content } = shown;
  const atlas = thumbnails ? (atlasOf(shown)?.info ?? null) : null;
  const { name, title, type, categories } = content.column ?? {};
  return {
    title: titleOf(shown),
    sentences: [sentenceOf(shown), trust].filter(Boolean),
    count: content.layout.count,
    dimensions: content.layout.dimensions,
    camera: desk.camera,
    hidden: desk.hidden,
    column: name && title && type && categories ? { name, title, type, categories } : null,
    atlas: atlas && {
      size: atlas.size,
      columns: atlas.columns,
      rows: atlas.rows,
      pages: atlas.pages,
      pageWidth: atlas.pageWidth,
      pageHeight: atlas.pageHeight,
      exact: isSmall(content.info),
    },
  };
}
