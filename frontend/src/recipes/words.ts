/** Recipes in words: titles for jobs, subjects for captions. */

import type { Method, Params, Recipe } from "../api/types";
import { fieldsOf, fieldValue } from "../forms/schema";
import { ownTitle } from "./named";

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

/** The dataset that another is taken out of, where the recipe tells. */
function wholeOf({ kind, inputs }: Recipe): Recipe | null {
  const whole = kind === "dataset" ? inputs?.dataset : undefined;
  return whole && typeof whole !== "string" && !Array.isArray(whole) ? whole : null;
}

/** Its own name, where a recipe has one; or that of the titled option that it names, or its method. */
export function titleOf(recipe: Recipe, methods: Method[]): string {
  const whole = wholeOf(recipe);
  if (whole) return `Part of ${titleWithin(whole, methods)}`;
  const method = findMethod(methods, recipe.kind, recipe.method);
  if (!method) return recipe.method;
  const params = (recipe.params ?? {}) as Params;
  const own = recipe.kind === "encoder" ? ownTitle({ method: recipe.method, params }) : undefined;
  if (own !== undefined) return own;
  for (const field of fieldsOf(method.params)) {
    if (field.type !== "choice" || !field.titles.length) continue;
    const title = field.titles[field.options.indexOf(fieldValue(field, params))];
    if (title !== undefined) return title;
  }
  return method.title;
}

/** The title of a dataset after other words: "part of" begins small, names stay as they are. */
const titleWithin = (dataset: Recipe, methods: Method[]) =>
  wholeOf(dataset) ? midSentence(titleOf(dataset, methods)) : titleOf(dataset, methods);

/** "PCA of Pixels on Handwritten digits", as far as the recipe tells. */
export function describeRecipe(recipe: Recipe, methods: Method[]): string {
  let words = titleOf(recipe, methods);
  const encoder = recipe.kind === "encoder" ? null : ingredient(recipe, "encoder");
  const dataset = recipe.kind === "dataset" ? null : ingredient(recipe, "dataset");
  if (encoder) words += ` of ${titleOf(encoder, methods)}`;
  // An encoder is trained on images, everything else is made of them.
  const on = encoder || recipe.kind === "encoder";
  if (dataset) words += `${on ? " on" : " of"} ${titleWithin(dataset, methods)}`;
  return words;
}

/** A title within a sentence: "random weights", but "SimCLR" and "PCA" as they are. */
export const midSentence = (title: string) =>
  /^\p{Lu}\p{Ll}+(?!\S)/u.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;

/** A count with thousands separators. */
export const count = (n: number) => n.toLocaleString("en-US");

/** A large count in two or three characters: "86M". */
export function short(n: number): string {
  if (n >= 1e9) return `${(n / 1e9).toPrecision(2)}B`;
  if (n >= 1e6) return `${(n / 1e6).toFixed(n < 1e7 ? 1 : 0)}M`;
  return `${Math.max(1, Math.round(n / 1e3))}k`;
}

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

/** An amount of data as a person would say it: "4.2 MB". */
export function bytes(n: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let value = n;
  // What would be rounded to 1,000 is one of the next unit.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 10 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}
