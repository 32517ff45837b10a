/** Models of timm and torchvision by name: the list, and what is found in it. */

import { type Choice, choose } from "../recipes/recipe";
import listUrl from "./list.json?url";

export interface Model {
  name: string;
  source: "timm" | "torchvision";
  parameters: number;
  /** Side of its input in pixels. */
  size: number;
  family: string;
  /** The images that it was trained on; empty where its name does not say. */
  data: string;
  /** How it was trained; empty where nothing is published or its name does not say. */
  training: string;
  /** Whether labels refined it afterwards. */
  tuned: boolean;
}

/** Ways to train that need no labels, in the order of the chooser. */
export const WITHOUT_LABELS = [
  "MAE",
  "DINO",
  "DINOv2",
  "DINOv3",
  "CLIP",
  "SigLIP",
  "BEiT",
  "I-JEPA",
  "FCMAE",
  "BEiT v2",
  "EVA",
];
export const LABELS = "labels";

/** What a course on self-supervision begins with. */
export const FIRST = [
  "vit_small_patch16_224.dino",
  "vit_base_patch16_224.mae",
  "vit_small_patch14_dinov2.lvd142m",
  "vit_base_patch16_clip_224.openai",
  "deit_small_patch16_224.fb_in1k",
];

interface Listed {
  columns: (keyof Model)[];
  rows: unknown[][];
}

/** The list as it is kept: rows of values, so that it is small. */
export const modelsOf = ({ columns, rows }: Listed): Model[] =>
  rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])) as never as Model);

let fetched: Promise<Model[]> | null = null;

/** The list, fetched when it is first wanted. */
export function models(): Promise<Model[]> {
  fetched ??= fetch(listUrl)
    .then(async (answer) => {
      if (!answer.ok)
        throw new Error(`The list of models could not be fetched (${answer.status}).`);
      return modelsOf(await answer.json());
    })
    .catch((thrown) => {
      fetched = null;
      throw thrown;
    });
  return fetched;
}

/** The models that have every word somewhere, and were trained in a way; null is any. */
export function search(all: Model[], text: string, training: string | null): Model[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter((model) => {
    if (training !== null && (model.training !== training || model.tuned)) return false;
    const said = `${model.name} ${model.family} ${model.data} ${model.training}`.toLowerCase();
    return words.every((word) => said.includes(word));
  });
}

/** The same network as labels taught it, beside one that learned without; null where there is none. */
export function twinOf(model: Model, all: Model[]): Model | null {
  if (!WITHOUT_LABELS.includes(model.training)) return null;
  const network = architecture(model.name);
  const taught = all.filter((m) => m.training === LABELS && architecture(m.name) === network);
  return taught.find(({ data }) => data === model.data) ?? taught[0] ?? null;
}

/** Whether its weights are published; the names of those that have some say which. */
export const isPublished = ({ name }: Pick<Model, "name">): boolean => name.includes(".");

export const modelChoice = (model: Pick<Model, "source" | "name">): Choice => {
  const { source, name } = model;
  return choose("encoder", source, isPublished(model) ? { name } : { name, pretrained: false });
};

const architecture = (name: string) => name.split(".")[0];
