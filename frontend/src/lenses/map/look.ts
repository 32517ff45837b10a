/** The colors of a theme, as the style sheet resolves them. */

import type { Rgb } from "../../color/palette";
import type { Look } from "./scene";

export function lookOf(element: Element): Look {
  const style = getComputedStyle(element);
  return {
    ground: rgb(style.backgroundColor),
    ink: rgb(style.color),
    accent: rgb(style.accentColor),
  };
}

function rgb(css: string): Rgb {
  const [r = 0, g = 0, b = 0] = css.match(/[\d.]+/g)?.map(Number) ?? [];
  return [r, g, b];
}
