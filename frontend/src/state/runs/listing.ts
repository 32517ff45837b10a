/** Runs as lists show them. */

import type { Method, Params, Run } from "../../api/types";
import { fieldsOf } from "../../forms/schema";
import type { Choice } from "../../recipes/recipe";
import { atStep, choiceOf } from "../../recipes/runs";
import { settingText } from "../../recipes/settings";
import { duration, findMethod } from "../../recipes/words";
import { epochText } from "./facts";

/** The encoder that is furthest along in a run; null where there is none yet. */
export function encoderOf(run: Run, methods: Method[]): Choice | null {
  const whole = choiceOf(run.recipe, methods);
  if (!whole || run.artifact === null) return null;
  return run.artifact === run.id ? whole : atStep(whole, run.step);
}

const STATES: Record<Run["state"], string> = {
  waiting: "waits for its images",
  queued: "queued",
  running: "training",
  paused: "paused",
  failed: "failed",
  early: "finished early",
  done: "",
  snapshots: "single snapshots",
};

/** "Epoch 20, k-NN 95.0%, 19 s on CPU" */
export function runFacts({ state, epoch, knn, seconds, device }: Run): string {
  return [
    STATES[state],
    epoch === null ? "" : `epoch ${epochText(epoch)}`,
    knn === null ? "" : `k-NN ${(100 * knn).toFixed(1)}%`,
    seconds === null ? "" : `${duration(seconds)}${device ? ` on ${device.toUpperCase()}` : ""}`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** What two runs differ in, and how far they came. */
export function differences(
  runs: readonly [Run, Run],
  methods: Method[],
): { title: string; values: [string, string] }[] {
  const rows: { title: string; values: [string, string] }[] = [];
  const add = (title: string, of: (run: Run) => string, always = false) => {
    const values: [string, string] = [of(runs[0]), of(runs[1])];
    if (always || values[0] !== values[1]) rows.push({ title, values });
  };
  const titleOf = ({ recipe }: Run) =>
    findMethod(methods, "encoder", recipe.method)?.title ?? recipe.method;
  add("Objective", titleOf, true);
  add("Trained on", (run) => run.dataset_title);
  const names = new Set(runs.flatMap(({ recipe }) => Object.keys(recipe.params ?? {})));
  for (const name of names) {
    const field = runs
      .flatMap(({ recipe }) => findMethod(methods, "encoder", recipe.method) ?? [])
      .flatMap((method) => fieldsOf(method.params))
      .find((other) => other.name === name);
    add(field?.title ?? name, ({ recipe }) => {
      const value = (recipe.params as Params | undefined)?.[name];
      return value === undefined ? "" : value === null ? "automatic" : settingText(value);
    });
  }
  add("Seed", ({ recipe }) => String(recipe.seed ?? 0));
  add("Best k-NN", ({ knn }) => (knn === null ? "" : `${(100 * knn).toFixed(1)}%`), true);
  add("Epochs done", ({ epoch }) => (epoch === null ? "" : epochText(epoch)), true);
  add(
    "Time",
    ({ seconds, device }) =>
      seconds === null ? "" : `${duration(seconds)} on ${device.toUpperCase()}`,
    true,
  );
  return rows;
}
