/** How well objects are found: the rules of an artifact, and what they say together. */

import type { Manifest } from "../../api/types";

export interface Rule {
  rule: string;
  /** Mean Jaccard index over images that chose nothing, and its standard error. */
  jaccard: number;
  error: number;
  /** By how much the chosen head is better on the same images, with a 95% interval. */
  behind: number;
  interval: [number, number];
  head?: number;
  mass?: number;
  draws?: number;
  spread?: number;
  area?: number;
  ground?: string;
  distance?: number;
}

export const rulesOf = ({ meta }: Manifest) => meta.rules as Rule[];

/** What has learned nothing, in the middle of a sentence. */
const BASELINES: Record<string, string> = {
  random: "the same network with random weights",
  disc: "a disc in the middle",
  contrast: "colors that stand out",
};

/** What a rule is called. */
export function titleOf({ rule, draws }: Rule, heads: number): string {
  const titles: Record<string, string> = {
    chosen: heads > 1 ? "Chosen head" : "This map",
    usual: heads > 1 ? "Best head at 60% kept" : "At 60% kept",
    mean: "Mean of heads",
    rollout: "Rollout",
    oracle: "Oracle: each image's own best head",
    random: `Random weights, ${draws} networks`,
    disc: "Disc in the middle",
    contrast: "Colors that stand out",
  };
  return titles[rule] ?? rule;
}

/** What other images chose. */
export function choiceOf(
  { rule, head, mass, area, ground, distance, spread }: Rule,
  heads: number,
) {
  const percent = (share: number) => `${Math.round(100 * share)}%`;
  if (rule === "random") return `each its own; ${spread?.toFixed(3)} apart`;
  if (area !== undefined) return `${percent(area)} of the image`;
  if (ground !== undefined) return `over ${distance?.toFixed(2)} from the ${ground} color`;
  const kept = mass === undefined ? "" : `${percent(mass)} kept`;
  return head === undefined || heads < 2 ? kept : `head ${head + 1}, ${kept}`;
}

/** The sentence above the table. */
export function verdict(rules: readonly Rule[], scored: number, heads: number): string {
  const own = rules.find(({ rule }) => rule === "chosen");
  if (!own) return "";
  const groups: Record<string, string[]> = { "better than": [], "no better than": [] };
  for (const { rule, interval } of rules) {
    const words = BASELINES[rule];
    if (words) groups[interval[0] > 0 ? "better than" : "no better than"]?.push(words);
  }
  const told = Object.entries(groups)
    .filter(([, words]) => words.length)
    .map(([how, words]) => `${how} ${listed(words)}`)
    .join("; ");
  const what = heads > 1 ? "the head that others chose" : "this map";
  return `Over ${scored} images that chose nothing, ${what} covers objects with a Jaccard index of ${own.jaccard.toFixed(2)}, ${told}.`;
}

const listed = (words: string[]) =>
  words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : (words[0] ?? "");
