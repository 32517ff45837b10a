import { describe, expect, it } from "vitest";
import type { Method } from "../../../../src/api/types";
import {
  type Series,
  seriesOf,
  seriesValues,
  settingOf,
  variant,
} from "../../../../src/lenses/map/multiples/series";
import { choose } from "../../../../src/recipes/recipe";

const method = (...names: string[]) =>
  ({
    params: {
      properties: Object.fromEntries(
        names.map((name) => [name, { type: "number", default: name === "perplexity" ? 30 : 15 }]),
      ),
    },
  }) as unknown as Method;
const tsne = method("perplexity", "stop_at");
const series = seriesOf(tsne) as Series;

describe("a series of maps", () => {
  it("is there for methods with a setting of scale", () => {
    expect(series.name).toBe("perplexity");
    expect(seriesOf(method("n_neighbors"))?.name).toBe("n_neighbors");
    expect(seriesOf(method("dimensions"))).toBeNull();
    expect(seriesOf(undefined)).toBeNull();
  });

  it("holds the usual values that the rows allow", () => {
    expect(seriesValues(series, 1797, 30)).toEqual([5, 15, 30, 50, 100]);
    expect(seriesValues(series, 120, 30)).toEqual([5, 15, 30]);
    expect(seriesValues(seriesOf(method("n_neighbors")) as Series, 90, 15)).toEqual([5, 15, 30]);
  });

  it("has the present setting among its values, in order", () => {
    expect(seriesValues(series, 1797, 20)).toEqual([5, 15, 20, 30, 50, 100]);
    expect(seriesValues(series, 10, 30)).toEqual([30]);
    expect(seriesValues(series, 10, null)).toEqual([]);
  });

  it("makes maps alike but for the setting, from the usual start to the end", () => {
    const choice = {
      ...choose("projection", "tsne", { perplexity: 12, dimensions: 3, stop_at: 90 }, 2),
      start: choose("projection", "tsne"),
    };
    expect(settingOf(series, choice, tsne)).toBe(12);
    expect(variant(series, 50, choice, tsne)).toEqual(
      choose("projection", "tsne", { perplexity: 50, dimensions: 3 }, 2),
    );
    expect(variant(series, 30, choice, tsne).params).toEqual({ dimensions: 3 });
  });
});
