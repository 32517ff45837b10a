/** Colors of classes and magnitudes, the same in every lens and in both themes. */

export type Rgb = readonly [number, number, number];

/**
 * Okabe and Ito (2008), with gray in the place of black, which a dark ground would swallow.
 * Eight colors that stay apart under the common color-vision deficiencies.
 */
const OKABE_ITO = ["0072B2", "E69F00", "009E73", "D55E00", "56B4E9", "CC79A7", "F0E442", "999999"];

/**
 * More than eight: the first seven above, continued as Glasbey et al. (2007) do, each color the
 * one farthest from all before it. Distance is in OKLab, the least of normal, deuteranopic and
 * protanopic sight (Machado et al., 2009), within the lightness that shows on both grounds.
 */
const MANY = [
  ...OKABE_ITO.slice(0, 7),
  ..."5C00FF A31F66 00EBB8 8F70FF 855214 D600C2 99C27A FF4766 ADCCF5 995C85 D60047 FF7AD6".split(
    " ",
  ),
  ..."5266E0 ADD600 66528F D6A3AD CC66D6 8F00B8 7A99FF AD7A52 D6CC70 F57A47 B80099 527047".split(
    " ",
  ),
  ..."701FD6 66D6CC 5CB885 B84766 C21400 99A3CC FF995C 3D8FE0 A333FF 7A8500 A3991F EB14A3".split(
    " ",
  ),
  ..."8566CC EBC299 C27A7A 707AA3 CC9970 D699FF 33C2B8 4799B8 8F3D7A EBB8E0 A35247 C2B8FF".split(
    " ",
  ),
];

/** Classes that are colors: any other color beside such a name would mislead. */
const NAMED: Record<string, string> = {
  red: "D93A36",
  orange: "F08A1D",
  yellow: "E6CF2E",
  lime: "9BD22D",
  green: "2E9E4F",
  cyan: "2BC4D0",
  blue: "2F6FE0",
  indigo: "5A3FD6",
  violet: "A34DE0",
  purple: "8E3CB8",
  pink: "F07CB8",
  magenta: "D93AB5",
  brown: "8A5A3B",
  gray: "8C9096",
};

/** Items without a class. */
export const MISSING: Rgb = [136, 140, 146];

/** The colors of named classes: the color itself where the names are colors. */
export function namedColors(names: readonly string[]): Rgb[] {
  const own = names.map((name) => NAMED[name.toLowerCase()]);
  const colors = names.length > 0 && own.every((hex) => hex !== undefined);
  return colors ? own.map((hex) => hexToRgb(hex as string)) : classColors(names.length);
}

/** One color a class; beyond the palette's end the colors come round again. */
export function classColors(classes: number): Rgb[] {
  const palette = (classes <= OKABE_ITO.length ? OKABE_ITO : MANY).map(hexToRgb);
  return Array.from({ length: classes }, (_, i) => palette[i % palette.length] as Rgb);
}

/** Sixteen even steps of viridis (Smith and van der Walt, 2015). */
const VIRIDIS: Rgb[] = [
  [68, 1, 84],
  [72, 26, 108],
  [71, 47, 125],
  [65, 68, 135],
  [57, 86, 140],
  [49, 104, 142],
  [42, 120, 142],
  [35, 136, 142],
  [31, 152, 139],
  [34, 168, 132],
  [53, 183, 121],
  [84, 197, 104],
  [122, 209, 81],
  [165, 219, 54],
  [210, 226, 27],
  [253, 231, 37],
];

/** Viridis at t in 0..1, linear between the steps. */
export function viridis(t: number): Rgb {
  const place = Math.min(1, Math.max(0, t)) * (VIRIDIS.length - 1);
  const low = Math.min(VIRIDIS.length - 2, Math.floor(place));
  const [a, b] = [VIRIDIS[low] as Rgb, VIRIDIS[low + 1] as Rgb];
  const mix = (i: 0 | 1 | 2) => Math.round(a[i] + (b[i] - a[i]) * (place - low));
  return [mix(0), mix(1), mix(2)];
}

export const cssColor = ([r, g, b]: Rgb) => `rgb(${r} ${g} ${b})`;

function hexToRgb(hex: string): Rgb {
  const value = Number.parseInt(hex, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Viridis from left to right, for legends. */
export const VIRIDIS_GRADIENT = `linear-gradient(to right, ${Array.from({ length: 9 }, (_, i) =>
  cssColor(viridis(i / 8)),
).join(", ")})`;
