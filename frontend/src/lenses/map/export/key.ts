/** The key of a figure: which color is which class, or which magnitude. */

import type { LegendEntry } from "../colors";
import type { Box, Swatch, Words } from "./figure";
import { type Measure, shortened } from "./text";

export interface KeyContent {
  title: string;
  entries: readonly LegendEntry[];
  /** Lowest and highest magnitude, as words. */
  ends: readonly [string, string] | null;
  type: number;
  measure: Measure;
}

/** A key with its own origin at its top left. */
export interface Key {
  width: number;
  height: number;
  swatches: Swatch[];
  ramp: Box | null;
  words: Words[];
}

/** Beside the map a key takes at most this share of the paper, and below it each of its columns. */
const WIDEST = 0.32;
const LEADING = 1.45;

/** A key in one column, at the right of the map. */
export function keyBeside(content: KeyContent, paper: number): Key {
  return columns(content, paper * WIDEST, 1, null);
}

/** A key in as many columns as fit, under the map. */
export function keyBelow(content: KeyContent, paper: number): Key {
  const one = columns(content, paper * WIDEST, 1, null);
  const wide = Math.max(one.width + content.type, 1);
  return columns(content, paper * WIDEST, Math.max(1, Math.floor(paper / wide)), wide);
}

function columns(
  { title, entries, ends, type, measure }: KeyContent,
  room: number,
  count: number,
  step: number | null,
): Key {
  const key: Key = { width: 0, height: 0, swatches: [], ramp: null, words: [] };
  if (!entries.length && !ends) return key;
  const line = type * LEADING;
  const indent = type * 1.1;
  const say = (text: string, x: number, top: number, bold: boolean) => {
    const short = shortened(text, room - (bold ? 0 : indent), type, bold, measure);
    key.words.push({ x, y: top + type, text: short, bold, anchor: "start" });
    key.width = Math.max(key.width, x + measure(short, type, bold));
  };
  let top = 0;
  if (title) {
    say(title, 0, top, true);
    top += line;
  }
  if (ends) {
    key.ramp = { x: 0, y: top + type * 0.2, width: Math.min(room, type * 9), height: type * 0.8 };
    key.width = Math.max(key.width, key.ramp.width);
    top += type * 1.2;
    const y = top + type;
    key.words.push({ x: 0, y, text: ends[0], bold: false, anchor: "start" });
    key.words.push({ x: key.ramp.width, y, text: ends[1], bold: false, anchor: "end" });
    top += line;
  }
  const lines = Math.ceil(entries.length / count);
  entries.forEach((entry, number) => {
    const x = Math.floor(number / lines) * (step ?? 0);
    const y = top + (number % lines) * line;
    const radius = type * 0.34;
    key.swatches.push({ x: x + radius, y: y + type * 0.66, radius, color: entry.color });
    say(entry.title, x + indent, y, false);
  });
  key.height = top + lines * line;
  return key;
}
