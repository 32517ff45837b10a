/** Recipes in words: titles for jobs, subjects for captions. */

import type { Method, Recipe } from "../api/types";

/** Find a method of the catalogue. */
export function findMethod(methods: Method[], kind: string, method: string): Method | undefined {
  return methods.find((m) => m.kind === kind && m.method === method);
}

/** The first ingredient of a kind, anywhere within a nested recipe. */
export function ingredient(recipe: Recipe, kind: string): Recipe | null {
  if (recipe.kind === kind) return recipe;
  for (const input of Object.values(recipe.inputs ?? {}).flat()) {
    if (typeof input === "string") continue;
    const found = ingredient(input, kind);
    if (found) return found;
  }
  return null;
}

/** "PCA of Pixels on Handwritten digits", as far as the recipe tells. */
export function describeRecipe(recipe: Recipe, methods: Method[]): string {
  const titleOf = (r: Recipe) => findMethod(methods, r.kind, r.method)?.title ?? r.method;
  let words = titleOf(recipe);
  const encoder = recipe.kind === "encoder" ? null : ingredient(recipe, "encoder");
  const dataset = recipe.kind === "dataset" ? null : ingredient(recipe, "dataset");
  if (encoder) words += ` of ${titleOf(encoder)}`;
  if (dataset) words += `${encoder ? " on" : " of"} ${titleOf(dataset)}`;
  return words;
}

/** A count with thousands separators. */
export const count = (n: number) => n.toLocaleString("en-US");

/** Seconds as a person would say them: "12 s", "3 min", "2 h". */
export function duration(seconds: number): string {
  if (seconds < 1) return "under 1 s";
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

/** A magnitude in few digits. */
export const magnitude = (value: number) =>
  Number.isInteger(value) ? count(value) : value.toPrecision(3);
