/** The orders that the matrix can have, and what makes them. */

import type { Method, Recipe } from "../../api/types";
import { type Choice, choiceRecipe, embeddingRecipe, type Subject } from "../../recipes/recipe";
import { type ColumnInfo, classesOf } from "../../state/columns";
import type { Measure } from "../../state/dissimilarity";

/** The most images that a matrix has, and that are clustered. */
const MOST_ROWS = 20_000;
const MOST_CLUSTERED = 10_000;
/** Of larger sets a sample of so many is shown. */
const SAMPLE = 5000;

export interface Order {
  value: string;
  title: string;
}

/** What can be chosen. */
export function ordersOf(columns: ColumnInfo[]): Order[] {
  const known = columns.filter(({ type }) => type !== "text");
  return [
    ...known.map(({ name, title }) => ({ value: `by ${name}`, title: `by ${title}` })),
    { value: "clustering", title: "by clustering" },
    { value: "map", title: "along the map" },
    { value: "data", title: "of the data" },
  ];
}

/** Images up to which clustering, with its branches turned in the best way, takes seconds. */
const QUICKLY_CLUSTERED = 1000;

/** By label where there are labels, else by clustering where that is quick. */
export function usualOrder(columns: ColumnInfo[], count: number): string {
  if (classesOf(columns)) return "by label";
  return count <= QUICKLY_CLUSTERED ? "clustering" : "data";
}

interface Wanted {
  order: string;
  measure: Measure;
  subject: Subject;
  count: number;
  /** The map that the Map lens shows. */
  map: Recipe | null;
}

/** The recipe of an order; null is that of the data. */
export function orderRecipe({ order, measure, subject, count, map }: Wanted): Recipe | null {
  const dataset = choiceRecipe(subject.dataset);
  const embedding = embeddingRecipe(subject);
  const most = order === "clustering" ? MOST_CLUSTERED : MOST_ROWS;
  const rows: Recipe | null =
    count > most
      ? { kind: "order", method: "sample", inputs: { dataset }, params: { count: SAMPLE } }
      : null;
  const part: Record<string, Recipe> = rows ? { rows } : {};
  if (order === "clustering") {
    const inputs = { embedding, ...part };
    return { kind: "order", method: "clustering", inputs, params: { measure } };
  }
  if (order === "map" && map && !rows) {
    return { kind: "order", method: "map", inputs: { projection: map } };
  }
  if (order.startsWith("by ")) {
    const column = order.slice(3);
    const inputs = { dataset, ...part };
    return { kind: "order", method: "column", inputs, params: { column } };
  }
  return rows;
}

/** The whole matrix, as other programs take it. */
export const matrixRecipe = (subject: Subject, measure: Measure): Recipe => ({
  kind: "rdm",
  method: "pairwise",
  inputs: { embedding: embeddingRecipe(subject) },
  params: { measure },
});

export const isMatrix = ({ kind, method }: Pick<Method | Choice, "kind" | "method">) =>
  kind === "live" && method === "dissimilarities";
