/** What the pictures of the Masking lens show as it is set, in words. */

import { type Masking, type MaskKind, showsSpread } from "../../state/masking";

const HIDDEN: Record<MaskKind, string> = {
  random: "patches one by one at random",
  block: "rectangles at random places",
  grid: "patches at even distances",
  center: "a square in the middle",
  painted: "what you paint on a masked image",
  object: "all patches that an object touches",
  background: "all patches that no object touches",
};

/** What is hidden, and how to read what is drawn. */
export function sentence(masking: Masking): string {
  const read = showsSpread(masking)
    ? "Where it draws something else for each choice of patches the last picture is bright, and the one before, their mean, is blurred."
    : "Where several pictures would fit it draws something near their average, which looks blurred.";
  return `From the visible patches alone the network draws what is hidden, here ${HIDDEN[masking.mask]}. ${read}`;
}
