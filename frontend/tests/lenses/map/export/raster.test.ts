import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Dots } from "../../../../src/lenses/map/export/dots";
import { withWords } from "../../../../src/lenses/map/export/png";
import { rasterize } from "../../../../src/lenses/map/export/raster";

const WHITE = [255, 255, 255] as const;

function dots(...each: [x: number, y: number, radius: number, rgba: number[]][]): Dots {
  return {
    count: each.length,
    rows: Uint32Array.from(each, (_, row) => row),
    x: Float32Array.from(each, ([x]) => x),
    y: Float32Array.from(each, ([, y]) => y),
    radius: Float32Array.from(each, ([, , radius]) => radius),
    rgba: Uint8Array.from(each.flatMap(([, , , rgba]) => rgba)),
    diameter: 2,
  };
}

describe("a raster", () => {
  const pixel = (data: Uint8ClampedArray, width: number, x: number, y: number) => [
    ...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4),
  ];

  it("draws discs as large as they are", () => {
    const one = dots([10, 10, 4, [0, 0, 0, 255]]);
    const { width, height, data } = rasterize(one, { width: 20, height: 20 }, 3, WHITE);
    expect([width, height]).toEqual([60, 60]);
    expect(pixel(data, width, 30, 30)).toEqual([0, 0, 0, 255]);
    expect(pixel(data, width, 2, 2)).toEqual([255, 255, 255, 255]);
    let ink = 0;
    for (let i = 0; i < data.length; i += 4) ink += 1 - (data[i] as number) / 255;
    expect(ink / 9).toBeCloseTo(Math.PI * 16, 0);
  });

  it("lays later dots over earlier ones, as opaque as they are", () => {
    const two = dots([5, 5, 3, [255, 0, 0, 255]], [5, 5, 3, [0, 0, 255, 128]]);
    const { data } = rasterize(two, { width: 10, height: 10 }, 1, WHITE);
    const [r, , b] = pixel(data, 10, 5, 5);
    expect(r).toBeCloseTo(127, -0.5);
    expect(b).toBeCloseTo(128, -0.5);
  });

  it("cuts dots at its edge", () => {
    const edge = dots([-1, 5, 3, [0, 0, 0, 255]], [99, 99, 3, [0, 0, 0, 255]]);
    const { data } = rasterize(edge, { width: 10, height: 10 }, 1, WHITE);
    expect(pixel(data, 10, 0, 5)).toEqual([0, 0, 0, 255]);
    expect(pixel(data, 10, 9, 9)).toEqual([255, 255, 255, 255]);
  });
});

describe("PNG", () => {
  // One white pixel, as another program wrote it.
  const PIXEL = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4////fwAJ+wP9BUNFygAAAABJRU5ErkJggg==",
    "base64",
  );

  it("knows its resolution and its words, and stays whole", () => {
    const png = Buffer.from(withWords(PIXEL, 300, { Description: "Größe <1>" }));
    const chunks = new Map<string, Buffer>();
    for (let at = 8; at < png.length; ) {
      const length = png.readUInt32BE(at);
      chunks.set(png.toString("latin1", at + 4, at + 8), png.subarray(at + 8, at + 8 + length));
      at += length + 12;
    }
    expect([...chunks.keys()]).toEqual(["IHDR", "pHYs", "iTXt", "IDAT", "IEND"]);
    expect(chunks.get("pHYs")?.readUInt32BE(0)).toBe(11811);
    expect(chunks.get("iTXt")?.toString("utf8")).toBe("Description\0\0\0\0\0Größe <1>");
    expect(inflateSync(chunks.get("IDAT") as Buffer)).toHaveLength(5);
  });
});
