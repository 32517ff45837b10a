/** Series of settings that small maps are compared by. */

import type { Method } from "../../../api/types";
import { fieldsOf, fieldValue, withoutDefaults } from "../../../forms/schema";
import { fromTheStart, toTheEnd } from "../../../recipes/flow";
import type { Choice } from "../../../recipes/recipe";

/** A setting that decides at which scale a map looks. */
export interface Series {
  /** Name of the param. */
  name: string;
  title: string;
  /** "Compare perplexities" */
  plural: string;
  values: number[];
  /** The largest value that so many rows have neighbors for. */
  most: (rows: number) => number;
}

const SERIES: Series[] = [
  {
    name: "perplexity",
    title: "Perplexity",
    plural: "perplexities",
    values: [5, 15, 30, 50, 100],
    // t-SNE looks at three times as many neighbors.
    most: (rows) => (rows - 1) / 3,
  },
  {
    name: "n_neighbors",
    title: "Neighbors",
    plural: "numbers of neighbors",
    values: [5, 15, 30, 100],
    most: (rows) => rows - 1,
  },
];

/** As many maps as are still told apart at a glance. */
const MOST_MAPS = 6;

/** What maps of a method can be compared by; null where there is nothing of the kind. */
export function seriesOf(method: Method | undefined): Series | null {
  const fields = method ? fieldsOf(method.params) : [];
  return SERIES.find(({ name }) => fields.some((field) => field.name === name)) ?? null;
}

/** The values to compare: the usual ones that the rows allow, and the one that is set now. */
export function seriesValues({ values, most }: Series, rows: number, own: number | null): number[] {
  const all = own === null || values.includes(own) ? values : [...values, own];
  const fitting = all.filter((value) => value <= most(rows)).sort((a, b) => a - b);
  // Too few rows for any of the series: what is set is all there is to see.
  if (!fitting.length) return own === null ? [] : [own];
  return fitting.slice(0, MOST_MAPS);
}

/** The value that a choice has for the setting of a series. */
export function settingOf({ name }: Series, choice: Choice, method: Method): number | null {
  const field = fieldsOf(method.params).find((other) => other.name === name);
  const value = field && fieldValue(field, choice.params);
  return typeof value === "number" ? value : null;
}

/** The same map with another value, from the usual start to its end: so all can be compared. */
export function variant(series: Series, value: number, choice: Choice, method: Method): Choice {
  const plain = toTheEnd(fromTheStart(choice));
  const params = { ...plain.params, [series.name]: value };
  return { ...plain, params: withoutDefaults(params, fieldsOf(method.params)) };
}
