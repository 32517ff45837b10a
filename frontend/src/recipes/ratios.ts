/** The masking-ratio experiment: the same training at several ratios, from several seeds. */

import type { Recipe } from "../api/types";
import { type Choice, choiceRecipe, type Subject } from "./recipe";

export const RATIOS = [0.1, 0.3, 0.5, 0.75, 0.9];
export const SEEDS = 3;
/** About what each encoder sees where nobody has said otherwise. */
const IMAGES_SEEN = 20_000;

/** Encoder A's own training, if it is a masked autoencoder; else a short one on these images. */
function trainingOf({ dataset, encoder }: Subject, count: number): Choice {
  if (encoder.method === "mae") return encoder;
  const epochs = Math.max(1, Math.round(IMAGES_SEEN / Math.max(1, count)));
  return {
    kind: "encoder",
    method: "mae",
    params: { batch_size: 64, epochs, snapshots: 1 },
    seed: 0,
    inputs: { dataset },
  };
}

/** Recipes of all encoders of the experiment. */
export function ratioRecipes(subject: Subject, count: number): Recipe[] {
  const training = trainingOf(subject, count);
  return RATIOS.flatMap((ratio) =>
    Array.from({ length: SEEDS }, (_, i) =>
      choiceRecipe({
        ...training,
        params: { ...training.params, mask_ratio: ratio },
        seed: training.seed + i,
      }),
    ),
  );
}

/** What will be trained, in words. */
export function ratioPlan(subject: Subject, count: number): string {
  const { params } = trainingOf(subject, count);
  const shares = RATIOS.map((ratio) => `${Math.round(100 * ratio)}%`);
  const what =
    subject.encoder.method === "mae"
      ? "trained as encoder A is"
      : `each trained for ${params.epochs} ${params.epochs === 1 ? "epoch" : "epochs"}`;
  return (
    `${RATIOS.length * SEEDS} masked autoencoders, ${what}, from ${SEEDS} seeds with ` +
    `${shares.slice(0, -1).join(", ")} and ${shares.at(-1)} of the patches hidden. ` +
    "They stand under Runs, can be paused there, and are never trained twice."
  );
}
