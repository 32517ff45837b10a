/** What maps of attention say, in words. */

import type { Attention } from "../../state/attention";
import type { Answer } from "./answer";
import type { Column } from "./maps";

export function percent(share: number): string {
  const whole = share === 0 || share >= 1 || (share >= 0.0995 && share < 0.995);
  return `${(100 * share).toFixed(whole ? 0 : share >= 0.00995 ? 1 : 2)}%`;
}

/** What a column of maps is called, where a network has so many heads. */
export function columnName(column: Column, heads: number, merged: boolean): string {
  if (column === "rollout") return "Rollout";
  if (column === "mean") return heads > 1 ? (merged ? "Merged" : "Mean") : "Map";
  return heads > 8 ? String(column + 1) : `Head ${column + 1}`;
}

/** Where the attention of an image goes, as means over heads. */
export function sharesOf(special: Float32Array, heads: number) {
  let [cls, registers] = [0, 0];
  for (let head = 0; head < heads; head++) {
    cls += (special[2 * head] as number) / heads;
    registers += (special[2 * head + 1] as number) / heads;
  }
  return { cls, registers, patches: Math.max(0, 1 - cls - registers) };
}

/** Who asks: in the middle of a sentence. */
export const asker = ({ cls }: Answer) => (cls ? "the cls token" : "the mean patch");

/** How attention is shared out, for one image. */
export function sharesText(
  answer: Answer,
  special: Float32Array,
  top: number,
  from: string,
): string {
  const { cls, registers, patches } = sharesOf(special, answer.heads);
  const away = [
    answer.cls ? `${percent(cls)} to the cls token` : "",
    answer.registers ? `${percent(registers)} to ${answer.registers} registers` : "",
  ].filter(Boolean);
  const all = Number(answer.cls) + answer.registers + answer.side ** 2;
  const rest = [...away, `${percent(patches)} to the patches`].join(", ");
  return `Of the attention of ${from}, ${rest}; the strongest patch has ${percent(top)}, an even share is ${percent(1 / all)}.`;
}

/** What stands out, and what it means. */
export function outliersText(count: number): string {
  if (!count) return "";
  const those = count === 1 ? "1 ringed patch has a token" : `${count} ringed patches have tokens`;
  return `${those} more than 3 times as long as usual: attention there reads notes on the whole image, not what is to be seen there (Darcet et al., 2024).`;
}

const FOUND = {
  grad_cam:
    "A convolutional network has no attention; each map shows which places speak for the class that it takes the image for",
  energy:
    "A convolutional network has no attention; each map shows where the activations are strong, whatever they say",
};

/** What the maps show as they are set; null is a network that has not been looked into yet. */
export function sentence(answer: Answer | null, { kept, drawn }: Attention): string {
  const strongest = `${drawn === "contour" ? "inside the line" : "in color"} are the strongest, which hold ${kept}% of`;
  if (answer && answer.kind !== "attention") {
    const layer = `, at layer ${answer.block + 1} of ${answer.blocks.length}`;
    const colored = kept < 100 ? `; ${strongest} the map` : "";
    return `${FOUND[answer.kind]}${layer}${colored}.`;
  }
  const who =
    answer && !answer.cls
      ? "all of them on average read"
      : "the cls token, which stands for the whole image, reads";
  const block = answer ? ` at block ${answer.block + 1} of ${answer.blocks.length}` : "";
  const colored = kept < 100 ? `; ${strongest} its attention` : "";
  return `Each map shows from which patches ${who}${block}${colored}. What is read from need not be what decides.`;
}

/** What the columns of the table are. */
export function columnsText({ heads, rollout }: Answer): string {
  return [
    "Features: patches of like color are alike to the network.",
    heads > 1 ? "Mean: over all heads." : "",
    rollout ? "Rollout: attention followed through all blocks up to this one." : "",
  ]
    .filter(Boolean)
    .join(" ");
}
