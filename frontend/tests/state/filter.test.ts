import { describe, expect, test } from "vitest";
import type { Column } from "../../src/state/columns";
import {
  failures,
  histogramOf,
  NO_FILTER,
  passingRows,
  putFilter,
  takeFilter,
} from "../../src/state/filter";
import { Texts } from "../../src/state/texts";

const category = (name: string, values: number[], categories: string[]): Column => ({
  name,
  title: name,
  type: "category",
  values: Float32Array.from(values),
  categories,
});
const numbers = (name: string, values: number[]): Column => ({
  name,
  title: name,
  type: "number",
  values: Float32Array.from(values),
  categories: [],
});

function texts(name: string, rows: string[]): Column {
  const encoded = rows.map((row) => new TextEncoder().encode(row));
  const offsets = [0n];
  for (const { length } of encoded) offsets.push((offsets.at(-1) ?? 0n) + BigInt(length));
  const bytes = { shape: [0], data: Uint8Array.from(encoded.flatMap((row) => [...row])) };
  const held = new Texts(bytes, { shape: [0], data: BigInt64Array.from(offsets) });
  return {
    name,
    title: name,
    type: "text",
    values: new Float32Array(),
    categories: [],
    texts: held,
  };
}

const label = category("label", [0, 1, 1, -1, 2], ["Rose", "Tulip", "Daisy"]);
const size = numbers("size", [1, 2, 3, 4, Number.NaN]);
const file = texts("file", ["a.jpg", "b.JPG", "été.png", "日本.png", ""]);
const columns = [label, size, file];

const rowsOf = (conditions: Parameters<typeof failures>[0]["conditions"], find = "") =>
  [...passingRows(failures({ conditions, find }, columns, 5))].flatMap((one, row) =>
    one ? [row] : [],
  );

describe("rows pass", () => {
  test("that have one of the classes; none is a class of its own", () => {
    expect(rowsOf([{ column: "label", classes: [1] }])).toEqual([1, 2]);
    expect(rowsOf([{ column: "label", classes: [-1, 2] }])).toEqual([3, 4]);
  });

  test("that lie in the range, its ends included; what has no value does not", () => {
    expect(rowsOf([{ column: "size", low: 2, high: 3 }])).toEqual([1, 2]);
    expect(rowsOf([{ column: "size", low: -9, high: 9 }])).toEqual([0, 1, 2, 3]);
  });

  test("that meet all conditions", () => {
    const both = [
      { column: "label", classes: [1, -1] },
      { column: "size", low: 3, high: 9 },
    ];
    expect(rowsOf(both)).toEqual([2, 3]);
    expect(rowsOf([...both, { column: "elsewhere", classes: [1] }])).toEqual([2, 3]);
  });

  test("whose class or text holds the word, in any case and any script", () => {
    expect(rowsOf([], "TULIP")).toEqual([1, 2]);
    expect(rowsOf([], "jpg")).toEqual([0, 1]);
    expect(rowsOf([], "été")).toEqual([2]);
    expect(rowsOf([], "本")).toEqual([3]);
    expect(rowsOf([], "nothing")).toEqual([]);
    expect(rowsOf([], "  ")).toEqual([0, 1, 2, 3, 4]);
  });
});

describe("a histogram", () => {
  const filter = {
    conditions: [
      { column: "label", classes: [1] },
      { column: "size", low: 1, high: 2 },
    ],
    find: "",
  };
  const failed = failures(filter, columns, 5);

  test("heeds all conditions but its own", () => {
    const classes = histogramOf(label, failed, 1, 4);
    expect([...classes.counts]).toEqual([1, 1, 0]);
    expect(classes.missing).toBe(0);
    const sizes = histogramOf(size, failed, 2, 3);
    expect([...sizes.counts]).toEqual([0, 1, 1]);
    expect(sizes).toMatchObject({ low: 1, high: 4, missing: 0 });
  });

  test("counts every row once where nothing is asked", () => {
    const free = failures(NO_FILTER, columns, 5);
    const sizes = histogramOf(size, free, 0, 3);
    expect([...sizes.counts]).toEqual([1, 1, 2]);
    expect(sizes.missing).toBe(1);
  });
});

test("a hundred thousand rows are filtered as one by one", () => {
  const many = 100_000;
  const values = Array.from({ length: many }, (_, i) => (i * 7919) % 1000);
  const column = numbers("v", values);
  const filter = { conditions: [{ column: "v", low: 100, high: 300 }], find: "" };
  const passing = passingRows(failures(filter, [column], many));
  expect(passing.reduce((sum, one) => sum + one, 0)).toBe(
    values.filter((value) => value >= 100 && value <= 300).length,
  );
});

test("a filter comes back out of a link, and garbage asks nothing", () => {
  const filter = {
    conditions: [
      { column: "label", classes: [-1, 0, 3] },
      { column: "size", low: -0.25, high: 1e6 },
    ],
    find: "rose garden",
  };
  const out = new URLSearchParams();
  putFilter(out, filter);
  expect(takeFilter(new URLSearchParams(out.toString()))).toEqual(filter);
  const garbled = new URLSearchParams("where.label=x&where.size=1..&where.=;&find=");
  expect(takeFilter(garbled)).toEqual({ conditions: [], find: "" });
});
