import { expect, test } from "vitest";
import type { Method } from "../../../src/api/types";
import { promise } from "../../../src/lenses/evaluate/promise";

const probe = (method: string) => ({ method, summary: "What it does." }) as Method;

test("a probe says what it is going to show; one that is not known, its summary", () => {
  for (const name of ["table", "layers", "labels", "linear", "knn"]) {
    expect(promise(probe(name))).toMatch(/^You will see .+\.$/);
  }
  expect(promise(probe("mine"))).toBe("What it does.");
});
