/** The filter of the page: what is asked of the rows, and which of them pass. */

import { type ApiError, asApiError } from "../api/http";
import { type Column, type DatasetInfo, loadColumn } from "./columns";
import {
  type Condition,
  type Filter,
  failures,
  type Histogram,
  histogramOf,
  isOpen,
  NO_FILTER,
  passingRows,
} from "./filter";

/** Bars of a histogram over a range. */
const BINS = 40;

export class Filtering {
  filter = $state.raw<Filter>(NO_FILTER);
  /** Whether its panel is to be seen. */
  open = $state(false);
  columns = $state.raw<Column[]>([]);
  error = $state.raw<ApiError | null>(null);
  #dataset = $state.raw<DatasetInfo | null>(null);

  readonly active = $derived(!isOpen(this.filter));

  readonly #failed = $derived(
    this.#dataset && (this.active || this.open)
      ? failures(this.filter, this.columns, this.#dataset.count)
      : null,
  );

  /** One for each row that passes; null where nothing is asked. */
  readonly passing = $derived(this.active && this.#failed ? passingRows(this.#failed) : null);

  /** How many rows pass; null where nothing is asked. */
  readonly count = $derived(this.passing?.reduce((sum, one) => sum + one, 0) ?? null);

  /** Rows that pass, for the dataset that they belong to. */
  passingOf(dataset: string): Uint8Array | null {
    return this.#dataset?.id === dataset ? this.passing : null;
  }

  /** The rows that pass. */
  rows(): number[] {
    const rows: number[] = [];
    this.passing?.forEach((one, row) => {
      if (one) rows.push(row);
    });
    return rows;
  }

  /** Look at the columns of a dataset. */
  async look(info: DatasetInfo): Promise<void> {
    if (this.#dataset?.id === info.id && !this.error) return;
    this.error = null;
    try {
      const columns = await Promise.all(info.columns.map((column) => loadColumn(info, column)));
      this.columns = columns;
      this.#dataset = info;
    } catch (thrown) {
      this.error = asApiError(thrown);
    }
  }

  /** What is asked of a column. */
  of(column: string): Condition | null {
    return this.filter.conditions.find((condition) => condition.column === column) ?? null;
  }

  /** Ask something else of a column, or nothing. */
  ask(column: string, condition: Condition | null): void {
    const others = this.filter.conditions.filter((other) => other.column !== column);
    this.filter = { ...this.filter, conditions: condition ? [...others, condition] : others };
  }

  /** Ask for a class, or no longer. */
  toggle(column: string, index: number): void {
    const condition = this.of(column);
    const classes = condition && "classes" in condition ? condition.classes : [];
    const next = classes.includes(index)
      ? classes.filter((other) => other !== index)
      : [...classes, index].sort((a, b) => a - b);
    this.ask(column, next.length ? { column, classes: next } : null);
  }

  search(find: string): void {
    this.filter = { ...this.filter, find };
  }

  clear(): void {
    this.filter = NO_FILTER;
  }

  histogram(column: Column): Histogram | null {
    if (!this.#failed) return null;
    const index = this.filter.conditions.findIndex(({ column: name }) => name === column.name);
    return histogramOf(column, this.#failed, index < 0 ? 0 : 1 << index, BINS);
  }
}
