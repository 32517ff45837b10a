/** Settings of encoders in words, and what tells those of one title apart. */

import type { Json, Method } from "../api/types";
import { fieldsOf } from "../forms/schema";
import { type Choice, choiceRecipe } from "./recipe";
import { stepOf } from "./runs";
import { count, describeRecipe, findMethod } from "./words";

export const settingText = (value: Json) =>
  typeof value === "number" && Number.isInteger(value) ? count(value) : String(value);

/** The settings that differ from their defaults: "epochs 50", "seed 2". */
export function settingsOf(whole: Choice, methods: Method[]): string[] {
  const method = findMethod(methods, whole.kind, whole.method);
  const fields = method ? fieldsOf(method.params) : [];
  const said = Object.entries(whole.params).map(([name, value]) => {
    const title = fields.find((field) => field.name === name)?.title ?? name.replaceAll("_", " ");
    return `${title.charAt(0).toLowerCase()}${title.slice(1)} ${settingText(value)}`;
  });
  if (whole.seed) said.push(`seed ${whole.seed}`);
  if (whole.inputs?.start) {
    const start = findMethod(methods, "encoder", whole.inputs.start.method)?.title;
    said.push(`begun with the weights of ${start ?? whole.inputs.start.method}`);
  }
  return said;
}

/** All in which an encoder can differ from others of its title: its images, and its settings. */
export function traitsOf(encoder: Choice, methods: Method[]): string[] {
  const images = encoder.inputs?.dataset;
  const on = images
    ? [`on ${describeRecipe(choiceRecipe(images), methods)}`, ...settingsOf(images, methods)]
    : [];
  return [...on, ...settingsOf(encoder, methods)];
}

/** Names, those that repeat with the traits that not all of that name share; null is not known. */
export function toldApart(names: string[], traits: (string[] | null)[]): string[] {
  return names.map((name, i) => {
    const alike = traits.filter((_, k) => names[k] === name).filter((other) => other !== null);
    const own = traits[i]?.filter((trait) => !alike.every((other) => other.includes(trait))) ?? [];
    return [name, ...own].join(", ");
  });
}

/** What an encoder is called: "SimCLR on Shapes at step 40". */
export function encoderTitle(encoder: Choice, methods: Method[]): string {
  const step = stepOf(encoder);
  const words = describeRecipe(choiceRecipe(encoder), methods);
  return step === null ? words : `${words} at step ${count(step)}`;
}

/** What encoders are called that stand beside one another. */
export const encoderTitles = (encoders: Choice[], methods: Method[]) =>
  toldApart(
    encoders.map((encoder) => encoderTitle(encoder, methods)),
    encoders.map((encoder) => traitsOf(encoder, methods)),
  );
