import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { type Drawing, figureCode, pythonCode } from "../../src/recipes/code";
import { pythonLiteral, pythonRecipe } from "../../src/recipes/python";

const PYTHON = process.env.REPSCOPE_PYTHON ?? ".venv/bin/python";
const ROOT = new URL("../../..", import.meta.url);

/** Python itself says whether these are lines of Python. */
function compiles(code: string): boolean {
  execFileSync(PYTHON, ["-c", "import sys; compile(sys.stdin.read(), 'lines', 'exec')"], {
    cwd: ROOT,
    input: code,
  });
  return true;
}

const recipe = {
  kind: "projection",
  method: "pca",
  version: 2,
  seed: 7,
  inputs: {
    embedding: { kind: "embedding", method: "embed", inputs: { dataset: "0".repeat(32) }, seed: 0 },
    starts: [{ kind: "projection", method: "pca", seed: 0 }],
  },
  params: { whiten: true, lambda: 0.5, names: { a: null } },
};
const drawing: Drawing = {
  recipe,
  title: 'PCA of "odd" \\ pixels\n',
  file: "pca-digits-pixels",
  color: { array: "label", title: "Class", values: null, hidden: ['a "cat"', "no value"] },
};
const magnitudes = { array: "kmeans_x", title: "Size", values: recipe, hidden: null };

describe("lines of Python", () => {
  it("write JSON as Python", () => {
    expect(pythonLiteral({ a: [true, null, -1.5, "x"], b: {} }, 0)).toBe(
      '{\n    "a": [True, None, -1.5, "x"],\n    "b": {},\n}',
    );
  });

  it("write recipes as the client reads them", () => {
    expect(pythonRecipe({ kind: "dataset", method: "digits", seed: 0, params: {} })).toBe(
      'Recipe("dataset", "digits")',
    );
    expect(pythonRecipe(recipe).split("\n")).toEqual([
      "Recipe(",
      '    "projection", "pca",',
      "    embedding=Recipe(",
      '        "embedding", "embed",',
      `        dataset=repscope.artifact("${"0".repeat(32)}"),`,
      "    ),",
      '    starts=[Recipe("projection", "pca")],',
      "    whiten=True,",
      "    names={",
      '        "a": None,',
      "    },",
      "    seed=7,",
      "    version=2,",
      '    **{"lambda": 0.5},',
      ")",
    ]);
  });

  it.each([
    ["an array", pythonCode("http://x", recipe, "points")],
    ["classes", figureCode("http://x", drawing)],
    ["magnitudes", figureCode("http://x", { ...drawing, color: magnitudes })],
    ["no colors", figureCode("http://x", { ...drawing, color: null })],
  ])("are Python: %s", (_, code) => {
    expect(compiles(code)).toBe(true);
    expect(Math.max(...code.split("\n").map((line) => line.length))).toBeLessThanOrEqual(110);
  });

  it("draw the classes, and hide what is hidden", () => {
    const code = figureCode("http://x", drawing);
    expect(code).toContain('    color="label",');
    expect(code).toContain('    hidden=["a \\"cat\\"", "no value"],');
    expect(code).toContain('figure.update_layout(legend_title="Class")');
  });

  it("color by values that are computed", () => {
    const code = figureCode("http://x", { ...drawing, color: magnitudes });
    expect(code).toContain("    values=repscope.get(values),");
    expect(code).toContain('    color="kmeans_x",');
    expect(code).toContain('figure.update_traces(marker_colorbar_title="Size")');
  });

  it("color all alike where nothing colors", () => {
    expect(figureCode("http://x", { ...drawing, color: null })).toContain('    color="",');
  });
});
