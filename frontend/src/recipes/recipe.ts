/** Choices that a person makes, and the nested recipes that follow from them. */

import type { Method, Params, Recipe } from "../api/types";

/** One method with its settings; params that equal the default are left out. */
export interface Choice {
  kind: string;
  method: string;
  params: Params;
  seed: number;
  /** What it is made from by its own nature: the images that an encoder was trained on. */
  inputs?: Record<string, Choice>;
  /** The map that this one flows on from. */
  start?: Choice;
}

/** What is looked at: everything that the server needs in order to make it. */
export interface Subject {
  dataset: Choice;
  encoder: Choice;
  /** Null is the encoder's last layer. */
  layer: string | null;
}

export const choose = (kind: string, method: string, params: Params = {}, seed = 0): Choice => ({
  kind,
  method,
  params,
  seed,
});

export function choiceRecipe(choice: Choice): Recipe {
  const recipe: Recipe = { kind: choice.kind, method: choice.method };
  if (Object.keys(choice.params).length) recipe.params = choice.params;
  if (choice.seed !== 0) recipe.seed = choice.seed;
  const inputs = Object.entries(choice.inputs ?? {});
  if (inputs.length) {
    recipe.inputs = Object.fromEntries(inputs.map(([name, made]) => [name, choiceRecipe(made)]));
  }
  return recipe;
}

export function embeddingRecipe({ dataset, encoder, layer }: Subject): Recipe {
  const recipe: Recipe = {
    kind: "embedding",
    method: "embed",
    inputs: { dataset: choiceRecipe(dataset), encoder: choiceRecipe(encoder) },
  };
  if (layer !== null) recipe.params = { layer };
  return recipe;
}

/** All layers of the encoder in one pass, each kept as an embedding. */
export const everyLayerRecipe = ({ dataset, encoder }: Subject): Recipe => ({
  kind: "layers",
  method: "every_layer",
  inputs: { dataset: choiceRecipe(dataset), encoder: choiceRecipe(encoder) },
});

export function atlasRecipe(dataset: Choice): Recipe {
  return { kind: "atlas", method: "sprites", inputs: { dataset: choiceRecipe(dataset) } };
}

/**
 * The recipe of an analysis of the subject. Datasets and encoders go where they are asked for;
 * everything else gets the embedding, from which the server makes the default of that kind.
 */
export function analysisRecipe(analysis: Choice, method: Method, subject: Subject): Recipe {
  const neighbors = neighborsNeeded(analysis);
  const inputs: NonNullable<Recipe["inputs"]> = {};
  for (const input of method.inputs) {
    if (input.optional) continue;
    const recipe =
      input.kind === "dataset"
        ? choiceRecipe(subject.dataset)
        : input.kind === "encoder"
          ? choiceRecipe(subject.encoder)
          : input.kind === "neighbors" && neighbors > USUAL_NEIGHBORS
            ? neighborsRecipe(subject, neighbors)
            : embeddingRecipe(subject);
    inputs[input.name] = input.many ? [recipe] : recipe;
  }
  if (analysis.start && method.inputs.some((input) => input.name === "start")) {
    inputs.start = analysisRecipe(analysis.start, method, subject);
  }
  return { ...choiceRecipe(analysis), inputs };
}

/** The graph that the server makes by itself holds so many neighbors of each image. */
const USUAL_NEIGHBORS = 90;

/** How many neighbors the settings ask for: t-SNE looks at three times its perplexity. */
function neighborsNeeded({ params }: Choice): number {
  const wanted = Math.max(3 * Number(params.perplexity ?? 0), Number(params.n_neighbors ?? 0));
  // Few sizes, so that neighboring settings share a graph.
  return wanted <= USUAL_NEIGHBORS ? USUAL_NEIGHBORS : Math.min(1000, Math.ceil(wanted / 90) * 90);
}

const neighborsRecipe = (subject: Subject, k: number): Recipe => ({
  kind: "neighbors",
  method: "knn",
  inputs: { embedding: embeddingRecipe(subject) },
  params: { k },
});

/** The maps that values can be computed of. */
export interface Maps {
  /** The one that is looked at. */
  shown: Recipe;
  /** The same from several random starts; none where its method starts always alike. */
  starts: Recipe[];
}

/** The recipe of values of every row: of the subject, and of its maps where they are asked for. */
export function valuesRecipe(
  values: Choice,
  method: Method,
  subject: Subject,
  maps: Maps | null,
): Recipe {
  const recipe = analysisRecipe(values, method, subject);
  for (const { name, kind, many } of method.inputs) {
    if (kind !== "projection" || !maps) continue;
    recipe.inputs = { ...recipe.inputs, [name]: many ? maps.starts : maps.shown };
  }
  return recipe;
}

/** Inputs that a view with a map can fill. */
const AT_HAND = ["dataset", "encoder", "embedding", "neighbors", "projection"];

/** Whether the present view has all that a method needs; several maps come from random starts. */
export const canFill = ({ inputs }: Method, random: boolean) =>
  inputs.every(
    ({ kind, many, optional }) =>
      optional || (many ? kind === "projection" && random : AT_HAND.includes(kind)),
  );

/** JSON with sorted keys: the same recipe always gives the same text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
