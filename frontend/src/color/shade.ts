/**
 * Shades of one color for numbers that are written on them: none looks like the page, all stands
 * out, in the light theme as in the dark.
 */

type Rgb = readonly [number, number, number];

/** From no share to all of it, as the surfaces and the accent of each theme are. */
const LIGHT: [Rgb, Rgb] = [
  [236, 237, 237],
  [31, 84, 199],
];
const DARK: [Rgb, Rgb] = [
  [42, 47, 52],
  [141, 177, 255],
];

/** A shade and the color of text on it, each for both themes. */
export function shade(share: number): { background: string; color: string } {
  const [light, dark] = [mix(LIGHT, share), mix(DARK, share)];
  return {
    background: `light-dark(${css(light)}, ${css(dark)})`,
    color: `light-dark(${textOn(light)}, ${textOn(dark)})`,
  };
}

const mix = ([none, all]: [Rgb, Rgb], share: number): Rgb => {
  const part = Math.min(1, Math.max(0, share));
  return [0, 1, 2].map((i) =>
    Math.round((none[i] as number) * (1 - part) + (all[i] as number) * part),
  ) as unknown as Rgb;
};

const css = ([r, g, b]: Rgb) => `rgb(${r} ${g} ${b})`;

/** Pure black and white: of any two less far apart, neither is readable in the middle. */
const textOn = (ground: Rgb) =>
  luminance(ground) > Math.sqrt(1.05 * 0.05) - 0.05 ? "#000" : "#fff";

/** As WCAG 2 defines it. */
function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
