import { describe, expect, it } from "vitest";
import { ApiError } from "../../src/api/http";
import { fieldOf } from "../../src/forms/blame";
import {
  type Field,
  fieldsOf,
  fieldValue,
  problemOf,
  withoutDefaults,
} from "../../src/forms/schema";
import { fromSlider, sliderOf, toSlider } from "../../src/forms/slider";

const fields = fieldsOf({
  properties: {
    k: {
      type: "integer",
      minimum: 1,
      maximum: 50,
      default: 15,
      title: "K",
      description: "how many",
    },
    rate: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1, default: 0.1 },
    perplexity: { anyOf: [{ type: "number", minimum: 2 }, { type: "null" }], default: null },
    image_size: { type: ["integer", "null"], minimum: 8, default: null, title: "Image Size" },
    metric: { $ref: "#/$defs/Metric", default: "cosine" },
    exact: { type: "boolean", default: false },
    name: { type: "string", maxLength: 4, default: "" },
    dimensions: { enum: [2, 3], type: "integer", default: 2 },
    ranges: { type: "array", items: { type: "number" }, default: [0, 1] },
    classes: { type: "array", items: { type: "string" }, default: [] },
  },
  $defs: { Metric: { enum: ["euclidean", "cosine"], type: "string" } },
});
const field = (name: string) => fields.find((f) => f.name === name) as Field;
const numeric = (name: string) => field(name) as Field & { type: "number" };

describe("fieldsOf", () => {
  it("reads every kind of param, in order", () => {
    expect(fields.map((f) => f.type)).toEqual([
      "number",
      "number",
      "number",
      "number",
      "choice",
      "switch",
      "text",
      "choice",
      "json",
      "names",
    ]);
    expect(fields.filter((f) => f.nullable).map((f) => f.name)).toEqual([
      "perplexity",
      "image_size",
    ]);
    expect(field("metric")).toMatchObject({ options: ["euclidean", "cosine"], fallback: "cosine" });
    expect(field("k")).toMatchObject({
      integer: true,
      least: 1,
      most: 50,
      description: "how many",
    });
  });

  it("writes titles in sentence case", () => {
    expect(field("image_size").title).toBe("Image size");
    const short = fieldsOf({ properties: { n_neighbors: { title: "N Neighbors" }, min_dist: {} } });
    expect(short.map(({ title }) => title)).toEqual(["Number of neighbors", "Minimum distance"]);
    expect(fieldsOf({ properties: { k: { title: "Neighbors" } } })[0]?.title).toBe("Neighbors");
  });

  it("knows the value that holds", () => {
    expect(fieldValue(field("k"), {})).toBe(15);
    expect(fieldValue(field("k"), { k: 3 })).toBe(3);
    expect(fieldValue(field("perplexity"), { perplexity: null })).toBeNull();
  });

  it("drops what equals its default", () => {
    const params = { k: 15, rate: 0.2, ranges: [0, 1], perplexity: null };
    expect(withoutDefaults(params, fields)).toEqual({ rate: 0.2 });
  });
});

describe("problemOf", () => {
  it.each([
    ["k", 0, "K is at least 1."],
    ["k", 51, "K is at most 50."],
    ["k", 1.5, "K is a whole number."],
    ["k", Number.NaN, "K is a number."],
    ["k", null, "K is missing: how many."],
    ["rate", 0, "Rate is greater than 0."],
    ["rate", 1, "Rate is less than 1."],
    ["metric", "l1", "Metric is one of euclidean, cosine."],
    ["name", "abcde", "Name has at most 4 characters."],
    ["exact", "yes", "Exact is on or off."],
    ["dimensions", 4, "Dimensions is one of 2, 3."],
  ])("says of %s = %j: %s", (name, value, words) => {
    expect(problemOf(field(name), value)).toBe(words);
  });

  it.each([
    ["k", 1],
    ["rate", 0.999],
    ["perplexity", null],
    ["perplexity", 2],
    ["metric", "cosine"],
    ["name", "abcd"],
    ["dimensions", 3],
    ["ranges", [5]],
  ])("has nothing to say of %s = %j", (name, value) => {
    expect(problemOf(field(name), value)).toBeNull();
  });
});

describe("sliders", () => {
  it("need both ends", () => {
    expect(sliderOf(numeric("perplexity"))).toBeNull();
    expect(sliderOf(numeric("k"))).toEqual({ low: 1, high: 50, step: 1, logarithmic: false });
  });

  it("are logarithmic over wide ranges, and come back to where they were", () => {
    const [wide] = fieldsOf({ properties: { n: { type: "integer", minimum: 10, maximum: 1e6 } } });
    const n = wide as Field & { type: "number" };
    const slider = sliderOf(n);
    expect(slider?.logarithmic).toBe(true);
    if (slider) expect(fromSlider(toSlider(5000, slider), slider, n)).toBe(5000);
  });
});

describe("fieldOf", () => {
  it.each([
    ["params.k", "k"],
    ["inputs.embedding.inputs.dataset.params.count", "count"],
    ["method", null],
    [null, null],
  ])("%s is about %s", (path, name) => {
    expect(fieldOf(new ApiError("x", 422, "invalid_recipe", path))).toBe(name);
  });
});
