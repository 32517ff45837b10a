import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { type Drawing, figureCode, pythonCode, pythonLiteral } from "../../src/recipes/code";

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

const recipe = { kind: "projection", method: "pca", params: { whiten: true, seed: null } };
const drawing: Drawing = {
  recipe,
  dimensions: 2,
  title: 'PCA of "odd" \\ pixels\n',
  file: "pca-digits-pixels",
  color: {
    array: "label",
    title: "Class",
    values: null,
    classes: [
      { code: 0, name: 'a "cat"', color: "rgb(0, 1, 2)", hidden: false },
      { code: -1, name: "no value", color: "rgb(3, 4, 5)", hidden: true },
    ],
  },
};
const magnitudes = { array: "kmeans_x", title: "Size", values: recipe, classes: null };

describe("lines of Python", () => {
  it("write JSON as Python", () => {
    expect(pythonLiteral({ a: [true, null, -1.5, "x"], b: {} }, 0)).toBe(
      '{\n    "a": [True, None, -1.5, "x"],\n    "b": {},\n}',
    );
  });

  it.each([
    ["an array", pythonCode("http://x", recipe, "points")],
    ["classes", figureCode("http://x", drawing)],
    ["magnitudes in 3D", figureCode("http://x", { ...drawing, dimensions: 3, color: magnitudes })],
    ["no colors", figureCode("http://x", { ...drawing, color: null })],
  ])("are Python: %s", (_, code) => {
    expect(compiles(code)).toBe(true);
    expect(Math.max(...code.split("\n").map((line) => line.length))).toBeLessThanOrEqual(110);
  });

  it("draw the classes in their colors, and hide what is hidden", () => {
    const code = figureCode("http://x", drawing);
    expect(code).toContain('    (0, "a \\"cat\\"", "rgb(0, 1, 2)", True),');
    expect(code).toContain('    (-1, "no value", "rgb(3, 4, 5)", "legendonly"),');
    expect(code).toContain("go.Scattergl(x=");
  });

  it("join values that are computed", () => {
    const code = figureCode("http://x", { ...drawing, dimensions: 3, color: magnitudes });
    expect(code).toContain("/export.npz?with={made(values)}");
    expect(code).toContain('"color": table["kmeans_x"]');
    expect(code).toContain("go.Scatter3d(");
  });
});
