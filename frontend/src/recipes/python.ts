/** Values and recipes as Python source, as `repscope.client` reads them. */

import type { Recipe } from "../api/types";

/** Words that cannot be the name of an argument. */
const KEYWORDS = new Set(
  (
    "and as assert async await break class continue def del elif else except finally for from " +
    "global if import in is lambda nonlocal not or pass raise return try while with yield"
  ).split(" "),
);

type Ingredient = Recipe | string;

/** A recipe as a call of `Recipe(...)`, with the recipes that it stands on inside. */
export function pythonRecipe(recipe: Recipe, depth = 0): string {
  const { kind, method, version, seed, inputs = {}, params = {} } = recipe;
  const given: [string, string][] = Object.entries(inputs).map(([name, value]) => [
    name,
    Array.isArray(value)
      ? `[${value.map((each) => pythonIngredient(each, depth + 1)).join(", ")}]`
      : pythonIngredient(value, depth + 1),
  ]);
  for (const [name, value] of Object.entries(params)) {
    given.push([name, pythonLiteral(value, depth + 1)]);
  }
  if (seed) given.push(["seed", String(seed)]);
  if (version) given.push(["version", String(version)]);
  const named = given.filter(([name]) => !KEYWORDS.has(name));
  const others = given.filter(([name]) => KEYWORDS.has(name));
  const words = [
    pythonLiteral(kind, 0),
    pythonLiteral(method, 0),
    ...named.map(([name, value]) => `${name}=${value}`),
    ...others.map(([name, value]) => `**{${pythonLiteral(name, 0)}: ${value}}`),
  ];
  const line = `Recipe(${words.join(", ")})`;
  if (line.length + 4 * depth < 72 && !line.includes("\n")) return line;
  const pad = "    ".repeat(depth + 1);
  const lines = [words.slice(0, 2).join(", "), ...words.slice(2)].map((word) => `${pad}${word},`);
  return `Recipe(\n${lines.join("\n")}\n${"    ".repeat(depth)})`;
}

function pythonIngredient(value: Ingredient, depth: number): string {
  if (typeof value === "string") return `repscope.artifact(${pythonLiteral(value, 0)})`;
  return pythonRecipe(value, depth);
}

/** A JSON value as Python source: True, False and None instead of JSON's words. */
export function pythonLiteral(value: unknown, depth: number): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return JSON.stringify(value);
  const pad = "    ".repeat(depth + 1);
  const end = "    ".repeat(depth);
  if (Array.isArray(value)) {
    return `[${value.map((item) => pythonLiteral(item, depth)).join(", ")}]`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return "{}";
  const lines = entries.map(
    ([k, v]) => `${pad}${JSON.stringify(k)}: ${pythonLiteral(v, depth + 1)},`,
  );
  return `{\n${lines.join("\n")}\n${end}}`;
}
