/** Choices that a person makes, and the nested recipes that follow from them. */

import type { Method, Params, Recipe } from "../api/types";

/** One method with its settings; params that equal the default are left out. */
export interface Choice {
  kind: string;
  method: string;
  params: Params;
  seed: number;
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

export function atlasRecipe(dataset: Choice): Recipe {
  return { kind: "atlas", method: "sprites", inputs: { dataset: choiceRecipe(dataset) } };
}

/**
 * The recipe of an analysis of the subject. Datasets and encoders go where they are asked for;
 * everything else gets the embedding, from which the server makes the default of that kind.
 */
export function analysisRecipe(analysis: Choice, method: Method, subject: Subject): Recipe {
  const inputs: NonNullable<Recipe["inputs"]> = {};
  for (const input of method.inputs) {
    if (input.optional) continue;
    const recipe =
      input.kind === "dataset"
        ? choiceRecipe(subject.dataset)
        : input.kind === "encoder"
          ? choiceRecipe(subject.encoder)
          : embeddingRecipe(subject);
    inputs[input.name] = input.many ? [recipe] : recipe;
  }
  return { ...choiceRecipe(analysis), inputs };
}

/** JSON with sorted keys: the same recipe always gives the same text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
