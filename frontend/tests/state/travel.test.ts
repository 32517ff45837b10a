import { expect, test } from "vitest";
import { toPart, toWhole } from "../../src/state/travel";

const rows = (...values: number[]) => Int32Array.from(values);

test("a selection goes into a part and comes back as far as the part has it", () => {
  const kept = rows(2, 5, 7, 11);
  const there = toPart(rows(0, 5, 7, 99), kept);
  expect([...there]).toEqual([1, 2]);
  expect([...toWhole(there, kept)]).toEqual([5, 7]);
});

test("a part whose rows do not ascend gives sorted rows of the whole", () => {
  expect([...toWhole(rows(0, 1, 2), rows(30, 4, 100))]).toEqual([4, 30, 100]);
});
