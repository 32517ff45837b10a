/** The arrays that the map shows, brought together so that they always belong to one another. */

import { untrack } from "svelte";
import { getArray } from "../../api/calls";
import { type ApiError, asApiError } from "../../api/http";
import type { Manifest, Recipe } from "../../api/types";
import {
  type Column,
  type DatasetInfo,
  datasetInfo,
  isColor,
  loadColumn,
} from "../../state/columns";
import type { Desk } from "../../state/desk.svelte";
import type { Forming, Frame } from "../../state/forming.svelte";
import { type Values, valuesColumn } from "../../state/values";
import type { Making } from "../../state/workshop.svelte";
import { frameIn, type Layout, layoutOf } from "./layout";

/** The artifacts of one map. */
export interface Sources {
  /** The finished map, or the newest layout of one that forms. */
  analysis: Manifest | null;
  frame: Frame | null;
  /** As short as the page asked for it. */
  recipe: Recipe;
  dataset: Manifest;
  /** Its manifest may come later; only the caption needs it. */
  embedding: Making;
}

/** What colors the points: a column of the dataset by its name, or computed values. */
export interface Paint {
  color: string | null;
  values: Values | null;
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
  #wanted: { sources: Sources; paint: Paint } | null = null;

  /**
   * Show what a map has come to: the finished one, or the newest layout of one that forms; until
   * there is either, the old picture stays. An effect calls this, and again when anything changes.
   */
  follow(desk: Desk, analysis: Making, forming: Forming): void {
    if (!desk.makings) return;
    const { dataset, embedding, values } = desk.makings;
    const column = desk.values?.column ?? null;
    const paint = {
      color: desk.color,
      values: values && { manifest: values.manifest, column },
    };
    const frame = analysis.manifest ? null : forming.frame;
    if (frame && frame.job !== analysis.job?.id) return;
    if ((!analysis.manifest && !frame) || !dataset.manifest) return;
    const made = { analysis: analysis.manifest, frame, dataset: dataset.manifest };
    untrack(() => void this.load({ ...made, recipe: analysis.recipe, embedding }, paint));
  }

  /** Fetch what an analysis shows; the newest question wins, the old picture stays until then. */
  async load(sources: Sources, paint: Paint): Promise<void> {
    this.#wanted = { sources, paint };
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const info = datasetInfo(sources.dataset);
      const [layout, column] = await Promise.all([
        this.#layout(sources),
        columnWanted(info, paint, this.content),
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
    if (this.#wanted) await this.load(this.#wanted.sources, this.#wanted.paint);
  }

  #layout({ analysis, frame }: Sources): Layout | Promise<Layout> {
    const old = this.content;
    if (analysis) return old?.analysis?.id === analysis.id ? old.layout : fetchLayout(analysis);
    if (!frame) throw new Error("There is neither a map nor one that forms.");
    return old?.frame === frame ? old.layout : layoutOf(frame.points);
  }
}

async function fetchLayout({ id, meta }: Manifest): Promise<Layout> {
  const points = await getArray(id, "points");
  performance.mark("repscope:points-received");
  return layoutOf(points, frameIn(meta));
}

/**
 * The column that colors the points: the wanted one if the dataset has it, else the label, else
 * the first there is. An empty name colors them all alike.
 */
export function colorName(info: DatasetInfo, wanted: string | null): string {
  const columns = info.columns.filter(isColor);
  if (wanted === "" || columns.some((c) => c.name === wanted)) return wanted ?? "";
  return (columns.find((c) => c.name === "label") ?? columns[0])?.name ?? "";
}

async function columnWanted(
  info: DatasetInfo,
  { color, values }: Paint,
  old: Content | null,
): Promise<Column | null> {
  if (values) {
    // Until they are computed, the colors stay as they are.
    if (!values.manifest) return old?.info.id === info.id ? old.column : named(info, color);
    const column = valuesColumn(values);
    return column ? loadColumn(values.manifest, column) : null;
  }
  return named(info, color);
}

async function named(info: DatasetInfo, color: string | null): Promise<Column | null> {
  const name = colorName(info, color);
  const column = info.columns.find((c) => c.name === name);
  return column ? loadColumn(info, column) : null;
}
