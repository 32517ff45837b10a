import { expect, test } from "vitest";
import type { Card } from "../../../src/api/library";
import { arranged } from "../../../src/lenses/library/order";

const card = (title: string, count: number, created: number, license = "") =>
  ({ title, note: "", bytes: count, created, dataset: { count, source: "", license } }) as Card;
const cards = [card("Roses", 10, 1), card("Digits", 30, 2, "CC BY 4.0"), card("Photos", 20, 3)];
const titles = (...given: Parameters<typeof arranged>) => arranged(...given).map((c) => c.title);

test("cards come in the order that is wanted", () => {
  expect(titles(cards, "", "newest")).toEqual(["Photos", "Digits", "Roses"]);
  expect(titles(cards, "", "title")).toEqual(["Digits", "Photos", "Roses"]);
  expect(titles(cards, "", "count")).toEqual(["Digits", "Photos", "Roses"]);
});

test("a word is looked for in title, note, source and license", () => {
  expect(titles(cards, "ROSE", "newest")).toEqual(["Roses"]);
  expect(titles(cards, "cc by", "newest")).toEqual(["Digits"]);
  expect(titles(cards, "nothing", "newest")).toEqual([]);
});
