/** JSON Schemas of method params, read into fields that a form can draw and check. */

import type { Json, Params } from "../api/types";

type Schema = Record<string, unknown>;

interface FieldBase {
  name: string;
  title: string;
  description: string;
  /** Undefined when the schema requires a value. */
  fallback: Json | undefined;
  nullable: boolean;
}

export type Field = FieldBase &
  (
    | {
        type: "number";
        integer: boolean;
        least: number | null;
        most: number | null;
        /** The bounds themselves are not allowed. */
        above: number | null;
        below: number | null;
        step: number | null;
      }
    | {
        type: "choice";
        options: Json[];
        /** What the options are called, in their order; none where they speak for themselves. */
        titles: string[];
      }
    | { type: "switch" }
    | { type: "text"; longest: number | null; pattern: string | null }
    | { type: "names" }
    | { type: "json" }
  );

/** The fields of an object schema, in the schema's own order. */
export function fieldsOf(schema: Schema): Field[] {
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  return Object.entries(properties).map(([name, property]) => readField(name, property, schema));
}

/** The params as a person would list them: what equals its default is left out. */
export function withoutDefaults(params: Params, fields: Field[]): Params {
  const kept = Object.entries(params).filter(([name, value]) => {
    const field = fields.find((f) => f.name === name);
    return JSON.stringify(value) !== JSON.stringify(field?.fallback);
  });
  return Object.fromEntries(kept);
}

/** The value that holds for a field. */
export const fieldValue = (field: Field, params: Params): Json =>
  params[field.name] ?? (field.name in params ? null : (field.fallback ?? null));

/** One sentence about why a value does not fit, or null when it does. */
export function problemOf(field: Field, value: Json): string | null {
  if (value === null) return field.nullable ? null : `${field.title} is missing${asWords(field)}.`;
  switch (field.type) {
    case "number":
      return numberProblem(field, value);
    case "choice": {
      const fits = field.options.some((option) => option === value);
      return fits ? null : `${field.title} is one of ${field.options.join(", ")}.`;
    }
    case "switch":
      return typeof value === "boolean" ? null : `${field.title} is on or off.`;
    case "text": {
      if (typeof value !== "string") return `${field.title} is text.`;
      if (field.longest !== null && value.length > field.longest) {
        return `${field.title} has at most ${field.longest} characters.`;
      }
      const matches = field.pattern === null || new RegExp(field.pattern, "u").test(value);
      return matches ? null : `${field.title} has another form than it must${asWords(field)}.`;
    }
    case "names":
      return Array.isArray(value) ? null : `${field.title} are names with commas between them.`;
    case "json":
      return null;
  }
}

/** What a field is, in its own words, as the end of a sentence. */
const asWords = ({ description }: Field) =>
  description ? `: ${description.replace(/\.$/, "")}` : "";

function numberProblem(field: Field & { type: "number" }, value: Json): string | null {
  const { title, integer, least, most, above, below } = field;
  if (typeof value !== "number" || !Number.isFinite(value)) return `${title} is a number.`;
  if (integer && !Number.isInteger(value)) return `${title} is a whole number.`;
  if (least !== null && value < least) return `${title} is at least ${least}.`;
  if (most !== null && value > most) return `${title} is at most ${most}.`;
  if (above !== null && value <= above) return `${title} is greater than ${above}.`;
  if (below !== null && value >= below) return `${title} is less than ${below}.`;
  return null;
}

function readField(name: string, property: Schema, root: Schema): Field {
  const { schema, nullable } = unwrap(property, root);
  const base: FieldBase = {
    name,
    title: titleOf(name, property.title),
    description: String(property.description ?? schema.description ?? ""),
    fallback: property.default as Json | undefined,
    nullable,
  };
  const options = schema.enum ?? (schema.const === undefined ? null : [schema.const]);
  if (Array.isArray(options)) {
    const titles = Array.isArray(schema.enumTitles) ? (schema.enumTitles as string[]) : [];
    return { ...base, type: "choice", options: options as Json[], titles };
  }
  switch (schema.type) {
    case "integer":
    case "number":
      return {
        ...base,
        type: "number",
        integer: schema.type === "integer",
        least: numberOr(schema.minimum),
        most: numberOr(schema.maximum),
        above: numberOr(schema.exclusiveMinimum),
        below: numberOr(schema.exclusiveMaximum),
        step: numberOr(schema.multipleOf),
      };
    case "boolean":
      return { ...base, type: "switch" };
    case "string":
      return {
        ...base,
        type: "text",
        longest: numberOr(schema.maxLength),
        pattern: typeof schema.pattern === "string" ? schema.pattern : null,
      };
    case "array":
      return { ...base, type: (schema.items as Schema)?.type === "string" ? "names" : "json" };
    default:
      return { ...base, type: "json" };
  }
}

/** What the libraries' short names stand for: n_neighbors, min_dist. */
const SPELLED_OUT: Record<string, string> = { n: "number of", min: "minimum", dist: "distance" };

/** The schema's own title, unless it is only the name with capitals, as pydantic makes it. */
function titleOf(name: string, title: unknown): string {
  const words = name
    .split("_")
    .map((part) => SPELLED_OUT[part] ?? part)
    .join(" ");
  const plain = name.replaceAll("_", " ");
  const own = typeof title === "string" && title.toLowerCase() !== plain.toLowerCase();
  return own ? title : words.charAt(0).toUpperCase() + words.slice(1);
}

/** See through `type: [..., "null"]`, `anyOf [..., null]`, `allOf [one]` and `$ref`. */
function unwrap(property: Schema, root: Schema): { schema: Schema; nullable: boolean } {
  if (Array.isArray(property.type)) {
    const types = property.type.filter((type) => type !== "null");
    const schema = { ...property, type: types.length === 1 ? types[0] : undefined };
    return { schema, nullable: types.length < property.type.length };
  }
  if (typeof property.$ref === "string") {
    const name = property.$ref.split("/").at(-1) ?? "";
    const target = (root.$defs as Record<string, Schema> | undefined)?.[name];
    return target ? unwrap(target, root) : { schema: {}, nullable: false };
  }
  const branches = (property.anyOf ?? property.oneOf ?? property.allOf) as Schema[] | undefined;
  if (!branches) return { schema: property, nullable: false };
  const rest = branches.filter((branch) => branch.type !== "null");
  const nullable = rest.length < branches.length;
  if (rest.length !== 1) return { schema: {}, nullable };
  return { schema: unwrap(rest[0] as Schema, root).schema, nullable };
}

const numberOr = (value: unknown): number | null => (typeof value === "number" ? value : null);
