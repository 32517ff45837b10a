import { describe, expect, it } from "vitest";
import { shade } from "../../src/color/shade";

/** WCAG's contrast of two colors, written as rgb(r g b), #000 or #fff. */
function contrast(one: string, other: string): number {
  const [a, b] = [one, other].map((color) => {
    const bytes = { "#000": [0, 0, 0], "#fff": [255, 255, 255] }[color] ?? numbers(color);
    const [r, g, b] = bytes.map((byte) => {
      const part = byte / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  }) as [number, number];
  return Math.max(a, b) / Math.min(a, b);
}
const numbers = (color: string) => (color.match(/\d+/g) ?? []).map(Number);
const themes = (value: string) =>
  value.slice("light-dark(".length, -1).split(", ") as [string, string];

describe("shade", () => {
  it("is readable at every share in both themes", () => {
    for (let share = 0; share <= 1; share += 0.01) {
      const { background, color } = shade(share);
      for (const theme of [0, 1] as const) {
        const found = contrast(themes(background)[theme], themes(color)[theme]);
        expect(found, `${share} in theme ${theme}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it("stands out the more the larger the share, in both themes", () => {
    for (const [theme, page] of [
      [0, "#fff"],
      [1, "#000"],
    ] as const) {
      const shown = [0, 0.25, 0.5, 0.75, 1].map((share) =>
        contrast(themes(shade(share).background)[theme], page),
      );
      expect(shown).toEqual(shown.toSorted((a, b) => a - b));
    }
  });
});
