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
import { encoderTitles } from "../../../recipes/settings";
import type { Comparison, Measure, Over, Reference } from "../../../state/dissimilarity";

/** Images of a comparison: a bootstrap of more takes minutes, and tells no more. */
const MOST = 400;

/** One matrix among those that are compared. */
export interface Model {
  title: string;
  /** What learned nothing, or what somebody said of the images. */
  baseline: boolean;
  rdm: Recipe;
  /** The vectors behind it; null where there are none. */
  embedding: Recipe | null;
}

/** Images by class. */
export const byClass = (part: Recipe): Recipe => ({
  kind: "order",
  method: "column",
  inputs: { dataset: part },
  params: { column: "label" },
});

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

/** What pixels say. */
export const pixelsOf = (part: Recipe, measure: Measure) =>
  rdmOf(vectorsOf(part, PIXELS, null), measure);

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
  const [own, ...called] = encoderTitles([encoder, ...others], methods);
  const title = layer === null ? `${own}` : `${own}, ${layer}`;
  add(title, false, vectorsOf(part, encoder, layer));
  others.forEach((other, i) => {
    add(String(called[i]), false, vectorsOf(part, other, null));
  });
  if (network) {
    add(`${title}, random weights`, true, vectorsOf(part, encoder, layer, true));
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

/** Measures that can leave out what another matrix explains. */
const PARTIAL: Comparison[] = [
  "spearman",
  "pearson",
  "cosine",
  "whitened-correlation",
  "whitened-cosine",
];
export const canControl = (by: Comparison) => PARTIAL.includes(by);

interface Comparing {
  by: Comparison;
  over: Over;
  /** What is taken out before; null takes out nothing. */
  control: Recipe | null;
}

/** How well models predict a reference. */
export function fitRecipe(
  reference: Recipe,
  models: Model[],
  { by, over, control }: Comparing,
): Recipe {
  const inputs: NonNullable<Recipe["inputs"]> = { reference, models: models.map(({ rdm }) => rdm) };
  if (control) inputs.control = [control];
  const params = over === "images" ? { by } : { by, over };
  return { kind: "similarity", method: "fit", inputs, params };
}

/** All of them on a map; null where there are too few for one. */
export function placementRecipe(rdms: Recipe[], by: Comparison): Recipe | null {
  if (rdms.length < 3) return null;
  return { kind: "similarity", method: "mds", inputs: { rdms }, params: { by } };
}
