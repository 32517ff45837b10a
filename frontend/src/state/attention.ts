/** How the Attention lens is set, and that part of a link. */

const DRAWN = ["overlay", "heat", "contour"] as const;
export type Drawn = (typeof DRAWN)[number];
export const FEATURES = ["key", "query", "value", "output"] as const;
export type Features = (typeof FEATURES)[number];
export const SPLITS = ["split", "turned", "whole"] as const;
export type Split = (typeof SPLITS)[number];

export interface Attention {
  /** Number of the block of encoder A; null is the last. */
  block: number | null;
  /** Share of the attention that is kept, in percent; 100 keeps all. */
  kept: number;
  drawn: Drawn;
  /** Whether all maps have one scale, instead of each its own. */
  absolute: boolean;
  /** Whether all heads are shown in one picture, each in its color, instead of their mean. */
  merged: boolean;
  /** Whether the same network with random weights stands below. */
  random: boolean;
  features: Features;
  split: Split;
  /** Whether it is scored how well objects are found, where they are known. */
  scored: boolean;
  /** Checksum of a file of masks that tells where objects are; null are those of the dataset. */
  masks: string | null;
  /** How many images are shown. */
  images: number;
}

export const MOST_IMAGES = 8;
/** As much as DINO's authors keep. */
const USUAL_KEPT = 60;
const MOST_BLOCKS = 1000;

export const defaultAttention = (): Attention => ({
  block: null,
  kept: USUAL_KEPT,
  drawn: "overlay",
  absolute: false,
  merged: false,
  random: false,
  features: "key",
  split: "split",
  scored: false,
  masks: null,
  images: 4,
});

const CHECKSUM = /^[0-9a-f]{64}$/;
const FLAGS = ["absolute", "merged", "random", "scored"] as const;

/** What differs from the default. */
export function putAttention(out: URLSearchParams, attention: Attention): void {
  const usual = defaultAttention();
  for (const [name, value] of Object.entries(attention)) {
    if (value === usual[name as keyof Attention]) continue;
    out.set(`look:${name}`, typeof value === "boolean" ? "1" : String(value));
  }
}

/** The settings of a link; what it leaves out or garbles takes its default. */
export function takeAttention(given: URLSearchParams): Attention {
  const attention = defaultAttention();
  const whole = (name: string, low: number, high: number): number | null => {
    const text = given.get(`look:${name}`);
    const value = text ? Number(text) : Number.NaN;
    return Number.isInteger(value) && value >= low && value <= high ? value : null;
  };
  const one = <Word extends string>(name: string, words: readonly Word[], usual: Word): Word =>
    words.find((word) => word === given.get(`look:${name}`)) ?? usual;
  attention.block = whole("block", 0, MOST_BLOCKS);
  attention.kept = whole("kept", 5, 100) ?? attention.kept;
  attention.images = whole("images", 1, MOST_IMAGES) ?? attention.images;
  attention.drawn = one("drawn", DRAWN, attention.drawn);
  attention.features = one("features", FEATURES, attention.features);
  attention.split = one("split", SPLITS, attention.split);
  attention.masks = CHECKSUM.exec(given.get("look:masks") ?? "")?.[0] ?? null;
  for (const flag of FLAGS) attention[flag] = given.get(`look:${flag}`) === "1";
  return attention;
}
