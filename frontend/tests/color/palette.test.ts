import { describe, expect, it } from "vitest";
import { classColors, namedColors, type Rgb, viridis } from "../../src/color/palette";

const linear = (c: number) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);

function oklab([r, g, b]: Rgb): [number, number, number] {
  const [x, y, z] = [r, g, b].map((c) => linear(c / 255)) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * x + 0.5363325363 * y + 0.0514459929 * z);
  const m = Math.cbrt(0.2119034982 * x + 0.6806995451 * y + 0.1073969566 * z);
  const s = Math.cbrt(0.0883024619 * x + 0.2817188376 * y + 0.6299787005 * z);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

const distance = (a: Rgb, b: Rgb) => {
  const [p, q] = [oklab(a), oklab(b)];
  return Math.hypot(...p.map((v, i) => v - (q[i] as number)));
};

function closest(colors: Rgb[]): number {
  let least = Infinity;
  for (const [i, a] of colors.entries()) {
    for (const b of colors.slice(i + 1)) least = Math.min(least, distance(a, b));
  }
  return least;
}

describe("class colors", () => {
  it("are apart from one another", () => {
    expect(closest(classColors(8))).toBeGreaterThan(0.11);
    expect(closest(classColors(20))).toBeGreaterThan(0.08);
    expect(closest(classColors(50))).toBeGreaterThan(0.04);
  });

  it("show on the light and on the dark ground", () => {
    for (const color of classColors(50)) {
      expect(distance(color, [247, 247, 245])).toBeGreaterThan(0.12);
      expect(distance(color, [17, 19, 21])).toBeGreaterThan(0.25);
    }
  });

  it("keep a class's color when more classes join, up to the seventh", () => {
    expect(classColors(20).slice(0, 7)).toEqual(classColors(7));
    expect(classColors(30).slice(0, 20)).toEqual(classColors(20));
  });

  it("are the colors that classes are named after, if all are", () => {
    const [red, blue] = namedColors(["Red", "blue"]) as [Rgb, Rgb];
    expect(red[0]).toBeGreaterThan(red[2] + 100);
    expect(blue[2]).toBeGreaterThan(blue[0] + 100);
    expect(namedColors(["red", "square"])).toEqual(classColors(2));
    expect(namedColors([])).toEqual([]);
  });

  it("never run out", () => {
    expect(classColors(500)).toHaveLength(500);
  });
});

describe("viridis", () => {
  it("runs from dark to light, evenly", () => {
    const lightness = Array.from({ length: 64 }, (_, i) => oklab(viridis(i / 63))[0]);
    const steps = lightness.slice(1).map((l, i) => l - (lightness[i] as number));
    expect(Math.min(...steps)).toBeGreaterThan(0);
    expect(Math.max(...steps)).toBeLessThan(0.03);
  });

  it("ends where it ends", () => {
    expect(viridis(-1)).toEqual([68, 1, 84]);
    expect(viridis(2)).toEqual([253, 231, 37]);
  });
});
