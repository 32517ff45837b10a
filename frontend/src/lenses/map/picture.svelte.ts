/** The arrays that the map shows, brought together so that they always belong to one another. */

import { getArray } from "../../api/calls";
import { type ApiError, asApiError } from "../../api/http";
import type { Manifest, Recipe } from "../../api/types";
import { type Column, type DatasetInfo, datasetInfo, loadColumn } from "../../state/columns";
import type { Making } from "../../state/workshop.svelte";
import { type Layout, layoutOf } from "./layout";

/** The artifacts of one map. */
export interface Sources {
  analysis: Manifest;
  /** As short as the page asked for it. */
  recipe: Recipe;
  dataset: Manifest;
  /** Its manifest may come later; only the caption needs it. */
  embedding: Making;
}

export interface Content extends Sources {
  info: DatasetInfo;
  layout: Layout;
  /** The column that colors the points; null colors them all alike. */
  column: Column | null;
}

export class Picture {
  content = $state.raw<Content | null>(null);
  error = $state.raw<ApiError | null>(null);
  #asked = 0;
  #wanted: { sources: Sources; color: string | null } | null = null;

  /** Fetch what a finished analysis shows; the newest question wins, the old picture stays until then. */
  async load(sources: Sources, color: string | null): Promise<void> {
    const { analysis, dataset } = sources;
    this.#wanted = { sources, color };
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const info = datasetInfo(dataset);
      const old = this.content;
      const [layout, column] = await Promise.all([
        old?.analysis.id === analysis.id ? old.layout : fetchLayout(analysis.id),
        columnNamed(info, color),
      ]);
      if (asked !== this.#asked) return;
      if (layout.count !== info.count) {
        throw new Error(
          `The map has ${layout.count} points but the dataset has ${info.count} images, so they cannot be matched.`,
        );
      }
      this.content = { ...sources, info, layout, column };
      this.error = null;
    } catch (thrown) {
      if (asked === this.#asked) this.error = asApiError(thrown);
    }
  }

  /** Try again what could not be fetched. */
  async reload(): Promise<void> {
    if (this.#wanted) await this.load(this.#wanted.sources, this.#wanted.color);
  }
}

async function fetchLayout(id: string): Promise<Layout> {
  const points = await getArray(id, "points");
  performance.mark("repscope:points-received");
  return layoutOf(points);
}

/**
 * The column that colors the points: the wanted one if the dataset has it, else the label, else
 * the first there is. An empty name colors them all alike.
 */
export function colorName({ columns }: DatasetInfo, wanted: string | null): string {
  if (wanted === "" || columns.some((c) => c.name === wanted)) return wanted ?? "";
  return (columns.find((c) => c.name === "label") ?? columns[0])?.name ?? "";
}

async function columnNamed(info: DatasetInfo, color: string | null): Promise<Column | null> {
  const name = colorName(info, color);
  const column = info.columns.find((c) => c.name === name);
  return column ? loadColumn(info, column) : null;
}
