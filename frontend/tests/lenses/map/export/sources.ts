/** Small maps that the tests of exports draw. */

import { colorRows } from "../../../../src/lenses/map/colors";
import type { Options, Source } from "../../../../src/lenses/map/export/figure";
import { PAPERS, type Paper } from "../../../../src/lenses/map/export/paper";
import type { Measure } from "../../../../src/lenses/map/export/text";
import { type Layout, layoutOf } from "../../../../src/lenses/map/layout";
import type { Column } from "../../../../src/state/columns";

/** Every letter is half as wide as it is high. */
export const measure: Measure = (text, size) => (text.length * size) / 2;

/** Rows on a spiral, in 2D or 3D. */
export function spiral(count: number, dimensions: 2 | 3 = 2): Layout {
  const data = new Float32Array(count * dimensions);
  for (let row = 0; row < count; row++) {
    const turn = row * 2.4;
    const place = [Math.sqrt(row) * Math.cos(turn), Math.sqrt(row) * Math.sin(turn), row / count];
    for (let axis = 0; axis < dimensions; axis++) {
      data[row * dimensions + axis] = place[axis] as number;
    }
  }
  return layoutOf({ shape: [count, dimensions], data });
}

export const classes = (count: number, names: string[]): Column => ({
  name: "label",
  title: "Class",
  type: "category",
  values: Float32Array.from({ length: count }, (_, row) => row % names.length),
  categories: names,
});

export const magnitudes = (count: number): Column => ({
  name: "size",
  title: "Size",
  type: "number",
  values: Float32Array.from({ length: count }, (_, row) => row),
  categories: [],
});

export function source(
  layout: Layout,
  column: Column | null,
  change: Partial<Source> = {},
): Source {
  const hidden = change.hidden ?? new Set<number>();
  return {
    layout,
    coloring: colorRows(column, layout.count, hidden),
    hidden,
    camera: [],
    window: { width: 1200, height: 800 },
    thumbnails: false,
    selected: new Int32Array(0),
    primary: null,
    neighbors: [],
    sentence: "t-SNE of the pixels of 1,797 digits: neighbors there are drawn together.",
    ...change,
  };
}

export function options(name: Paper["name"], change: Partial<Options> = {}): Options {
  const paper = PAPERS.find((each) => each.name === name) as Paper;
  return { paper, sentence: false, selection: false, ...change };
}
