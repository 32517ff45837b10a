import { expect, it } from "vitest";
import type { Entry } from "../../../src/api/types";
import { Chronicle } from "../../../src/state/runs/chronicle";

const entry = (job: string, number: number, type = "metric"): Entry => ({
  job,
  number,
  type,
  data: {},
  created: 0,
});

it("keeps what a job told once, also where the stream tells it again", () => {
  const chronicle = new Chronicle();
  const heard: number[] = [];
  const leave = chronicle.listen(({ number }) => heard.push(number));
  for (const number of [1, 2, 1, 2, 3]) chronicle.hear(entry("a", number));
  chronicle.hear(entry("b", 1));
  chronicle.hear(entry("a", 4, "intermediate"));
  leave();
  chronicle.hear(entry("a", 5, "log"));
  expect(heard).toEqual([1, 2, 3, 1]);
  expect(chronicle.of("a").map(({ number }) => number)).toEqual([1, 2, 3, 5]);
  expect(chronicle.of("c")).toEqual([]);
});
