/** The shapes of the HTTP interface, taken from its OpenAPI document by `npm run api`. */

import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type Params = Record<string, Json>;

/** One numbered row of a job's history, as the event stream sends it. */
export interface Entry {
  job: string;
  number: number;
  type: string;
  data: Record<string, Json>;
  created: number;
}

export type Health = Schemas["Health"];
export type Job = Schemas["Job"];
export type JobState = Job["state"];
export type Method = Required<Schemas["Method"]>;
export type Run = Omit<Schemas["Run"], "recipe"> & { recipe: Recipe };

/** A recipe to send: what has a default may be left out, also of the recipes within. */
export interface Recipe extends Partial<Omit<Schemas["Recipe"], "kind" | "method" | "inputs">> {
  kind: string;
  method: string;
  inputs?: Record<string, Recipe | string | (Recipe | string)[]>;
}

export type Manifest = Schemas["Manifest"];

/** What a call answers with when all is well. */
export type Answer<
  Path extends keyof paths,
  Verb extends keyof paths[Path],
> = paths[Path][Verb] extends { responses: infer Responses }
  ? Responses extends
      | { 200: Body<infer Content> }
      | { 201: Body<infer Content> }
      | { 202: Body<infer Content> }
    ? Content
    : never
  : never;

interface Body<Content> {
  content: { "application/json": Content };
}
