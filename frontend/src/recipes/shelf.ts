/** Encoders that come with Repscope, by the titles that the catalogue has for them. */

import type { Method, Recipe } from "../api/types";
import { fieldsOf, withoutDefaults } from "../forms/schema";
import { type Choice, choose } from "./recipe";
import { findMethod } from "./words";

const METHOD = "zoo";

/** Whether a method stands for several encoders, each with a title of its own. */
export const isShelf = ({ kind, method }: Method) => kind === "encoder" && method === METHOD;

export interface Shelved {
  /** In recipes: "mae_digits". */
  name: string;
  title: string;
  choice: Choice;
}

/** All of them, in the order of the catalogue. */
export function shelved(methods: Method[]): Shelved[] {
  const method = findMethod(methods, "encoder", METHOD);
  const fields = method ? fieldsOf(method.params) : [];
  const field = fields.find(({ name }) => name === "name");
  if (field?.type !== "choice") return [];
  return field.options.map((name, i) => ({
    name: String(name),
    title: field.titles[i] ?? String(name),
    choice: choose("encoder", METHOD, withoutDefaults({ name }, fields)),
  }));
}

/** The one of a name; null where the server does not have it. */
export const fromShelf = (name: string, methods: Method[]) =>
  shelved(methods).find((each) => each.name === name) ?? null;

/** The recipe by which such an encoder was trained; null for any other. */
export function trainedBy(meta: Record<string, unknown> | undefined): Recipe | null {
  const recipe = meta?.trained_by;
  return recipe && typeof recipe === "object" ? (recipe as Recipe) : null;
}
