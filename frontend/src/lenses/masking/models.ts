/** Which encoders can draw images. */

import type { Method } from "../../api/types";
import { fittedOn, isFitted } from "../../recipes/fitted";
import { type Choice, choose } from "../../recipes/recipe";
import { shelved } from "../../recipes/shelf";

const OBJECTIVES = ["mae", "autoencoder", "vae"];
/** Classical encoders that can be turned round, and the methods that fit them on a dataset. */
const ARCHITECTURES = ["linear", "centers", "dictionary"];
const FITTED = ["pca", "ica", "kmeans", "dictionary", "random_projection"];

type Meta = Record<string, unknown>;

/** What an encoder was trained for, here or, with a decoder in its file, elsewhere. */
const objectiveOf = ({ objective, decoder }: Meta) =>
  objective ?? (decoder as Meta | undefined)?.objective;

/** Whether an encoder can draw images, as its manifest tells. */
export const canDraw = (meta: Meta) =>
  OBJECTIVES.includes(String(objectiveOf(meta))) ||
  ARCHITECTURES.includes(String(meta.architecture));

/** Whether it draws from visible patches. */
export const isMasked = (meta: Meta) => objectiveOf(meta) === "mae";

/** Whether it draws from a code, which can be changed, rather than from visible patches. */
export const hasCode = (meta: Meta) => canDraw(meta) && !isMasked(meta);

/** Encoders that come along and can draw. */
export const drawers = (methods: Method[]) =>
  shelved(methods).filter(({ name }) => OBJECTIVES.some((word) => name.startsWith(`${word}_`)));

/** Encoders fitted on a dataset that can draw it. */
export const fittedDrawers = (dataset: Choice, methods: Method[]) =>
  methods
    .filter((method) => isFitted(method) && FITTED.includes(method.method))
    .map(({ kind, method, title }) => ({
      title,
      choice: fittedOn(dataset, choose(kind, method), methods),
    }));

/** Whether a training makes an encoder that can draw. */
export const trainsDrawer = (method: string) => OBJECTIVES.includes(method);
