/** What a probe's artifact says of itself. */

import { asFloat32, asInt32 } from "../../api/arrays";
import { getArray, getManifest } from "../../api/calls";
import type { Manifest, Method } from "../../api/types";
import { choiceOf } from "../../recipes/runs";
import { toldApart, traitsOf } from "../../recipes/settings";
import { count } from "../../recipes/words";

/** Accuracies from 0 to 1, one value a repetition. */
export interface Score {
  mean: number;
  std: number | null;
  values: number[];
}

export interface Row {
  name: string;
  id: string | null;
  baseline: "pixels" | "random" | null;
  layer: string;
  width: number;
  knn: Score;
  knn_top5: Score | null;
  linear: Score;
  linear_top5: Score | null;
}

interface Curve {
  name: string;
  probe: "knn" | "linear";
  encoder: string;
  baseline: boolean;
  array: string;
}

export interface Point {
  name: string;
  width?: number;
  labels?: number;
}

/** A curve with its accuracies: mean and spread at each point. */
export interface Drawn extends Curve {
  /** One where the encoder has a single layer, which is then a flat line. */
  means: number[];
  stds: number[];
}

export const tableRows = ({ meta }: Manifest): Row[] =>
  Array.isArray(meta.rows) ? (meta.rows as Row[]) : [];

/** What the encoders of rows are called: those of one name with what differs in their recipes. */
export async function rowNames(rows: Row[], methods: Method[]): Promise<string[]> {
  const names = rows.map(({ name }) => name);
  const traits = rows.map(async ({ name, id }) => {
    if (id === null || names.indexOf(name) === names.lastIndexOf(name)) return null;
    const encoder = choiceOf((await getManifest(id)).recipe, methods);
    return encoder && traitsOf(encoder, methods);
  });
  return toldApart(names, await Promise.all(traits));
}

export const pointsOf = ({ meta }: Manifest): Point[] =>
  Array.isArray(meta.points) ? (meta.points as Point[]) : [];

export async function loadCurves({ id, meta }: Manifest): Promise<Drawn[]> {
  const curves = Array.isArray(meta.curves) ? (meta.curves as Curve[]) : [];
  return Promise.all(
    curves.map(async (curve) => {
      const { shape, data } = await getArray(id, curve.array);
      return { ...curve, ...spread(asFloat32(data), shape[1] ?? 1) };
    }),
  );
}

/** Mean and standard deviation over the repetitions of each point. */
export function spread(values: Float32Array, repetitions: number): Pick<Drawn, "means" | "stds"> {
  const means: number[] = [];
  const stds: number[] = [];
  for (let from = 0; from < values.length; from += repetitions) {
    const row = Array.from(values.subarray(from, from + repetitions));
    const mean = row.reduce((a, b) => a + b, 0) / row.length;
    const squares = row.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    means.push(mean);
    stds.push(row.length > 1 ? Math.sqrt(squares / (row.length - 1)) : 0);
  }
  return { means, stds };
}

/** Images of one true class that were called another, or by their own. */
export interface Cell {
  truth: number;
  named: number;
  rows: number[];
}

export interface Confusion {
  classes: string[];
  /** True class by class named. */
  counts: Int32Array;
  cells: Cell[];
}

export async function loadConfusion({ id, meta }: Manifest): Promise<Confusion> {
  const [counts, pairs, offsets, rows] = await Promise.all(
    ["confusion", "cells", "cell_offsets", "cell_rows"].map(async (name) =>
      asInt32((await getArray(id, name)).data),
    ),
  );
  if (!counts || !pairs || !offsets || !rows) throw new Error("The confusion has no examples.");
  const classes = Array.isArray(meta.classes) ? meta.classes.map(String) : [];
  const cells = Array.from({ length: pairs.length / 2 }, (_, i) => ({
    truth: pairs[2 * i] as number,
    named: pairs[2 * i + 1] as number,
    rows: Array.from(rows.subarray(offsets[i], offsets[i + 1])),
  }));
  return { classes, counts, cells };
}

/** "87.3% ± 0.4" */
export function scoreText(score: Score | null): string {
  if (!score) return "";
  const mean = `${(100 * score.mean).toFixed(1)}%`;
  return score.std === null ? mean : `${mean} ± ${(100 * score.std).toFixed(1)}`;
}

/** How sure a probe of one layer was, and with what: "97.6% ± 0.3 named rightly", and the rest. */
export function headline({ meta }: Pick<Manifest, "meta">): { score: string; beside: string[] } {
  const top5 = meta.top5 as Score | null | undefined;
  const { train } = (meta.split ?? {}) as Record<string, number>;
  const labels = Number(meta.labels ?? 0);
  const beside = [`chance ${(100 * Number(meta.chance ?? 0)).toFixed(1)}%`];
  if (top5) beside.unshift(`${scoreText(top5)} within five guesses`);
  if (meta.layer) beside.push(`layer ${String(meta.layer)}`);
  if (labels < Number(train ?? 0)) beside.push(`${count(labels)} labels`);
  if (Array.isArray(meta.chosen)) {
    const penalties = [...new Set(meta.chosen.map(Number))].sort((a, b) => a - b);
    beside.push(`penalty ${penalties.join(" or ")}, chosen on training images`);
  } else if (meta.chosen) {
    const { k, temperature } = meta.chosen as Record<string, number>;
    beside.push(`${k} neighbors vote, temperature ${temperature}`);
  }
  return { score: `${scoreText((meta.top1 ?? null) as Score | null)} named rightly`, beside };
}

const SOURCES: Record<string, string> = {
  given: "the dataset's own split",
  held_out: "the images that training held out",
  random: "a random split",
};

/** What the accuracies were measured on, and what they are to be held against. */
export function honesty({ meta }: Pick<Manifest, "meta">): string {
  const split = (meta.split ?? {}) as Record<string, string | number>;
  const duplicates = (meta.duplicates ?? {}) as Record<string, number>;
  const repetitions = Number(meta.repetitions ?? 1);
  const { source, train, validation, test } = split;
  const fitted = Number(train ?? 0) + Number(validation ?? 0);
  const words = [
    `Fitted on ${count(fitted)} images and measured on ${count(Number(test ?? 0))} others, by ${SOURCES[String(source)] ?? String(source)}`,
  ];
  if (repetitions > 1) words.push(`, mean and spread of ${repetitions} repetitions`);
  if (meta.chance !== undefined) {
    words.push(
      `; naming the largest class alone is right in ${(100 * Number(meta.chance)).toFixed(1)}%`,
    );
  }
  words.push(".");
  if (duplicates.groups) {
    words.push(` ${count(duplicates.rows ?? 0)} near-duplicates stay on one side.`);
  }
  const refitted = Array.isArray(meta.refitted) ? meta.refitted.map(String) : [];
  if (refitted.length) {
    const which = refitted.length > 1 ? "are" : "is";
    words.push(` ${listed(refitted)} ${which} fitted anew on the training images alone.`);
  }
  return words.join("");
}

/** "PCA, ICA and k-means" */
const listed = (names: string[]) =>
  [names.slice(0, -1).join(", "), ...names.slice(-1)].filter(Boolean).join(" and ");

export const warningsOf = ({ meta }: Pick<Manifest, "meta">): string[] =>
  Array.isArray(meta.warnings) ? meta.warnings.map(String) : [];
