/** What is compared with what: the dissimilarity matrices of encoders, and what predicts them. */

import type { Method, Recipe } from "../../../api/types";
import {
  type Choice,
  canonical,
  choiceRecipe,
  choose,
  embeddingRecipe,
  type Subject,
} from "../../../recipes/recipe";
import { describeRecipe } from "../../../recipes/words";
import type { Measure, Reference } from "../../../state/dissimilarity";

/** Images of a comparison: a bootstrap of more takes minutes, and tells no more. */
export const MOST = 400;

/** One matrix among those that are compared. */
export interface Model {
  title: string;
  /** What learned nothing, or what somebody said of the images. */
  baseline: boolean;
  rdm: Recipe;
  /** The vectors behind it; null where there are none. */
  embedding: Recipe | null;
}

/** The images of a comparison: a fair part of many, all of few. */
export function partOf(dataset: Choice, count: number, labelled: boolean, most = MOST): Recipe {
  const whole = choiceRecipe(dataset);
  if (count <= most) return whole;
  const take = labelled ? { take: "stratified" } : {};
  return {
    kind: "dataset",
    method: "subset",
    inputs: { dataset: whole },
    params: { ...take, count: most },
  };
}

const rdmOf = (embedding: Recipe, measure: Measure): Recipe => ({
  kind: "rdm",
  method: "pairwise",
  inputs: { embedding },
  params: { measure },
});

/** Vectors of a part of the images; with `untrained`, of the same network with random weights. */
export function vectorsOf(
  part: Recipe,
  encoder: Choice,
  layer: string | null,
  untrained = false,
): Recipe {
  const subject: Subject = { dataset: choose("dataset", "digits"), encoder, layer };
  const recipe = embeddingRecipe(subject);
  return {
    ...recipe,
    method: untrained ? "untrained" : "embed",
    inputs: { ...recipe.inputs, dataset: part },
  };
}

interface Given {
  part: Recipe;
  subject: Subject;
  measure: Measure;
  /** Whether encoder A is a network, whose weights can be drawn at random. */
  network: boolean;
  /** Title of the classes; null where images have none. */
  classes: string | null;
  others: Choice[];
  methods: Method[];
}

const PIXELS = choose("encoder", "pixels");

/** Encoder A, its random weights, raw pixels, the other encoders, and the classes. */
export function modelsOf(given: Given): Model[] {
  const { part, subject, measure, network, classes, others, methods } = given;
  const { encoder, layer } = subject;
  const list: Model[] = [];
  const add = (title: string, baseline: boolean, embedding: Recipe) => {
    const rdm = rdmOf(embedding, measure);
    const known = list.some((each) => canonical(each.rdm) === canonical(rdm));
    if (!known) list.push({ title, baseline, rdm, embedding });
  };
  const called = (choice: Choice) => describeRecipe(choiceRecipe(choice), methods);
  const at = layer === null ? "" : `, ${layer}`;
  add(called(encoder) + at, false, vectorsOf(part, encoder, layer));
  for (const other of others) add(called(other), false, vectorsOf(part, other, null));
  if (network) {
    add(`${called(encoder)}${at}, random weights`, true, vectorsOf(part, encoder, layer, true));
  }
  add("Raw pixels", true, vectorsOf(part, PIXELS, null));
  if (classes !== null) {
    const rdm: Recipe = { kind: "rdm", method: "model", inputs: { dataset: part } };
    list.push({ title: `Same ${classes} or not`, baseline: true, rdm, embedding: null });
  }
  return list;
}

/** A file of dissimilarities as a recipe. */
export function fileRecipe({ file, name }: Reference, dataset: Recipe): Recipe {
  const params = name ? { file, name } : { file };
  return { kind: "rdm", method: "file", inputs: { dataset }, params };
}

/** How well models predict a reference. */
export const fitRecipe = (reference: Recipe, models: Model[], by: string): Recipe => ({
  kind: "similarity",
  method: "fit",
  inputs: { reference, models: models.map(({ rdm }) => rdm) },
  params: { by },
});
