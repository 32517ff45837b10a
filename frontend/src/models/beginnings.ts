/** Encoders that a map of raw pixels is compared with first. */

import { resolve } from "../api/calls";
import { type Choice, choiceRecipe } from "../recipes/recipe";
import type { Shelved } from "../recipes/shelf";
import { short } from "../recipes/words";
import { type Model, modelChoice, models } from "./models";

export interface Beginning {
  title: string;
  /** What one should know before it is chosen. */
  facts: string;
  choice: Choice;
}

/** Published models that are offered by one click, with what people call them. */
const PUBLISHED: [string, string][] = [
  ["vit_small_patch16_224.dino", "DINO ViT-S/16"],
  ["vit_base_patch16_224.mae", "MAE ViT-B/16"],
];
/** How they learned, in the order in which they are offered. */
const OBJECTIVES = ["supervised", "simclr", "mae"];
/** Those trained on other images than one's own: an encoder of small pictures of many things. */
const ELSEWHERE = "mae_fashion";
const MOST = 2;

/** Those that come with Repscope and fit the images, at most two. */
export function shipped(shelf: Shelved[], dataset: string): Beginning[] {
  const named = (name: string) => shelf.filter((each) => each.name === name);
  const fitting = OBJECTIVES.flatMap((objective) => named(`${objective}_${dataset}`));
  // What they learned from need not be said where it is images like these.
  const offered = fitting.map((each) => ({ ...each, title: each.title.replace(/ \(.*\)$/, "") }));
  return (offered.length ? offered.slice(0, MOST) : named(ELSEWHERE)).map(({ title, choice }) => ({
    title,
    choice,
    facts: "comes with Repscope",
  }));
}

/** Official weights that this server has or would fetch; none where it cannot. */
export async function published(signal: AbortSignal): Promise<Beginning[]> {
  // A server on this very machine has the network that the browser has.
  if (!navigator.onLine) return [];
  const all = await models();
  const offered = await Promise.all(PUBLISHED.map((each) => offer(all, each, signal)));
  return offered.filter((each) => each !== null);
}

async function offer(
  all: Model[],
  [name, title]: [string, string],
  signal: AbortSignal,
): Promise<Beginning | null> {
  const model = all.find((each) => each.name === name);
  if (!model) return null;
  const choice = modelChoice(model);
  const { refusal, state } = await resolve(choiceRecipe(choice), signal);
  if (refusal !== null) return null;
  const weights = `${short(model.parameters)} parameters`;
  return { title, choice, facts: state === "done" ? weights : `${weights}, downloaded once` };
}
