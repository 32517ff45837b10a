/** What the masking-ratio experiment found. */

import { asFloat32, asInt32, type NumericArray } from "../../api/arrays";
import { getArray } from "../../api/calls";
import type { Manifest } from "../../api/types";
import type { Answer } from "../masking/answer";

export interface Cell {
  mean: number;
  /** Null of a single seed. */
  std: number | null;
  /** Whether no other model has a smaller error at this ratio. */
  best: boolean;
}

export interface Experiment {
  /** Shares of the patches, 0 to 1, with which was trained and at which is tested. */
  ratios: number[];
  /** Mean squared errors, trained with by tested at. */
  errors: Cell[][];
  /** The same of gaps filled without learning. */
  diffusion: number[];
  /** What each model draws at its own ratio. */
  pictures: Answer[];
  rows: number[];
}

const ratiosOf = ({ meta }: Manifest): number[] =>
  Array.isArray(meta.ratios) ? meta.ratios.map(Number) : [];

/**
 * Sum up errors over seeds.
 *
 * @param errors trained with x seeds x tested at
 */
export function errorCells(errors: NumericArray): Cell[][] {
  const [models = 0, seeds = 0, tests = 0] = errors.shape;
  const values = asFloat32(errors.data);
  const cells = Array.from({ length: models }, (_, model) =>
    Array.from({ length: tests }, (_, test) => {
      const own = Array.from(
        { length: seeds },
        (_, seed) => values[(model * seeds + seed) * tests + test] as number,
      );
      const mean = own.reduce((sum, value) => sum + value, 0) / seeds;
      const squares = own.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      return { mean, std: seeds > 1 ? Math.sqrt(squares / (seeds - 1)) : null, best: false };
    }),
  );
  for (let test = 0; test < tests; test++) {
    const column = cells.map((row) => row[test] as Cell);
    const least = Math.min(...column.map(({ mean }) => mean));
    for (const cell of column) cell.best = cell.mean === least;
  }
  return cells;
}

export async function loadExperiment(manifest: Manifest): Promise<Experiment> {
  const names = ["errors", "diffusion", "input", "hidden", "output"];
  const [errors, diffusion, input, hidden, output] = await Promise.all(
    names.map((name) => getArray(manifest.id, name)),
  );
  if (!errors || !diffusion || !input || !hidden || !output) {
    throw new Error("The experiment has no pictures.");
  }
  const [count = 0, height = 0, width = 0, channels = 0] = input.shape;
  const side = hidden.shape[2] ?? 1;
  const part = ({ data }: NumericArray, i: number, size: number) =>
    Uint8Array.from(asInt32(data).subarray(i * size, (i + 1) * size));
  const ratios = ratiosOf(manifest);
  return {
    ratios,
    errors: errorCells(errors),
    diffusion: Array.from(asFloat32(diffusion.data)),
    pictures: ratios.map((_, i) => ({
      kind: "masked",
      count,
      height,
      width,
      channels,
      side,
      input: part(input, 0, count * height * width * channels),
      output: part(output, i, count * height * width * channels),
      hidden: part(hidden, i, count * side * side),
      spread: null,
      code: null,
      errors: [],
      normalized: manifest.meta.normalized === true,
      numbers: 0,
      components: null,
    })),
    rows: Array.isArray(manifest.meta.rows) ? manifest.meta.rows.map(Number) : [],
  };
}
