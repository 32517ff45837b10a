import { expect, test } from "vitest";
import type { Method } from "../../src/api/types";
import { needsMore } from "../../src/recipes/needs";

const method = (params: object, inputs: Method["inputs"] = []) =>
  ({ params, inputs }) as unknown as Method;
const input = { name: "dataset", kind: "dataset", description: "", many: false, optional: false };

test("a file and another dataset are more than settings", () => {
  expect(needsMore(method({ properties: { upload: {} }, required: ["upload"] }))).toBe(true);
  expect(needsMore(method({ properties: {} }, [input]))).toBe(true);
  expect(needsMore(method({ properties: {} }, [{ ...input, optional: true }]))).toBe(false);
});
