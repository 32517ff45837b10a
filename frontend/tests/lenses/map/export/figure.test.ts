import { describe, expect, it } from "vitest";
import { FlatCamera, projectAll } from "../../../../src/lenses/map/camera";
import { layFigure } from "../../../../src/lenses/map/export/figure";
import { PAPERS, resolutionOf } from "../../../../src/lenses/map/export/paper";
import { drawingOrder } from "../../../../src/lenses/map/layout";
import { classes, magnitudes, measure, options, source, spiral } from "./sources";

const NAMES = ["cat", "dog", "fox"];

describe("papers", () => {
  it("have the widths and resolutions that journals and projectors ask for", () => {
    const pixels = PAPERS.map(({ width, scale }) => Math.round(width * scale));
    expect(pixels).toEqual([1004, 2126, 1920]);
    expect(PAPERS.map(resolutionOf)).toEqual([300, 300, 192]);
  });
});

describe("a figure", () => {
  const layout = spiral(300);

  it("draws every point where the camera sees it, in the order of the screen", () => {
    const { dots, frame } = layFigure(
      source(layout, classes(300, NAMES)),
      options("column"),
      measure,
    );
    expect(dots.count).toBe(300);
    const insets = { top: 0, right: 0, bottom: 0, left: 0 };
    const camera = FlatCamera.fit(layout.extents, frame, insets);
    const pixels = projectAll(layout.positions, camera.matrix(frame), frame);
    const [first] = drawingOrder(300);
    expect(dots.x[0]).toBe(pixels[(first as number) * 2]);
    expect(dots.y[0]).toBe(pixels[(first as number) * 2 + 1]);
    for (let i = 0; i < 300; i++) {
      expect(dots.x[i]).toBeGreaterThan(0);
      expect(dots.x[i]).toBeLessThan(frame.width);
      expect(dots.y[i]).toBeGreaterThan(0);
      expect(dots.y[i]).toBeLessThan(frame.height);
    }
  });

  it("leaves out what is hidden, also of the legend", () => {
    const hidden = new Set([1]);
    const figure = layFigure(
      source(layout, classes(300, NAMES), { hidden }),
      options("page"),
      measure,
    );
    expect(figure.dots.count).toBe(200);
    expect(figure.words.map(({ text }) => text)).toEqual(["Class", "cat", "fox"]);
    expect(figure.swatches).toHaveLength(2);
  });

  it("shows a part of the map as the camera does", () => {
    const many = spiral(5000);
    const whole = layFigure(source(many, null), options("page"), measure);
    const near = layFigure(source(many, null, { camera: [0, 0, 4] }), options("page"), measure);
    expect(near.dots.count).toBeLessThan(whole.dots.count);
    expect(near.frame.height / near.frame.width).toBeCloseTo(800 / 1200, 5);
    expect(near.dots.diameter).toBeGreaterThan(whole.dots.diameter);
  });

  it.each(PAPERS.map(({ name }) => name))("keeps all within the paper: %s", (name) => {
    for (const count of [3, 12, 60]) {
      const names = Array.from({ length: count }, (_, i) => `class number ${i}`);
      const given = options(name, { sentence: true });
      const figure = layFigure(source(layout, classes(300, names)), given, measure);
      expect(figure.swatches).toHaveLength(count);
      for (const { x, y, text, bold, anchor } of figure.words) {
        const width = measure(text, given.paper.type, bold);
        expect(anchor === "end" ? x - width : x).toBeGreaterThanOrEqual(0);
        expect(anchor === "end" ? x : x + width).toBeLessThanOrEqual(figure.width);
        expect(y).toBeLessThanOrEqual(figure.height);
      }
      const bottom = figure.frame.y + figure.frame.height;
      expect(bottom).toBeLessThanOrEqual(figure.height);
      const beside = figure.swatches.every(({ x }) => x > figure.frame.x + figure.frame.width);
      const below = figure.swatches.every(({ y }) => y > bottom);
      expect(beside || below).toBe(true);
      if (count === 3) expect(beside).toBe(true);
      if (count === 60) expect(below).toBe(true);
    }
  });

  it("fits a slide", () => {
    const figure = layFigure(source(layout, classes(300, NAMES)), options("slide"), measure);
    expect(figure.height / figure.width).toBeCloseTo(9 / 16, 6);
  });

  it("has a ramp with its ends for magnitudes", () => {
    const figure = layFigure(source(layout, magnitudes(300)), options("page"), measure);
    expect(figure.ramp?.width).toBeGreaterThan(0);
    expect(figure.words.map(({ text }) => text)).toEqual(["Size", "0", "299"]);
    expect(figure.swatches).toEqual([]);
  });

  it("keeps the selection only where that is chosen", () => {
    const selected = Int32Array.from([4, 5, 6]);
    const given = source(layout, null, { selected, primary: 5, neighbors: [4, 7] });
    const without = layFigure(given, options("page"), measure);
    expect([without.rings, without.lines]).toEqual([[], []]);
    const kept = layFigure(given, options("page", { selection: true }), measure);
    expect([kept.rings.length, kept.lines.length]).toEqual([3, 2]);
    const opacity = (i: number) => kept.dots.rgba[i * 4 + 3] as number;
    expect(opacity(0)).toBeLessThan(60);
    expect([297, 298, 299].map(opacity)).toEqual([255, 255, 255]);
  });

  it("draws what is far first, in 3D", () => {
    const { dots } = layFigure(source(spiral(300, 3), null), options("page"), measure);
    const radii = [...dots.radius];
    expect(radii).toEqual([...radii].sort((a, b) => a - b));
    expect(radii[0]).toBeLessThan(radii.at(-1) as number);
  });

  it("has thumbnails as large, against the map, as on the screen", () => {
    const far = layFigure(
      source(spiral(5000), null, { thumbnails: true }),
      options("page"),
      measure,
    );
    expect(far.thumbnails).toEqual([]);
    const given = source(layout, classes(300, NAMES), { thumbnails: true, camera: [0, 0, 4] });
    const near = layFigure(given, options("page"), measure);
    expect(near.thumbnails).toHaveLength(near.dots.count);
    const [first] = near.thumbnails;
    const share = near.frame.width / 1200;
    expect(first?.side).toBeGreaterThanOrEqual(16 * share);
    expect(first?.side).toBeLessThanOrEqual(96 * share);
    expect(first?.row).toBe(near.dots.rows[0]);
  });

  it("of nothing is white paper", () => {
    const empty = layFigure(source(spiral(0), null), options("column"), measure);
    expect(empty.dots.count).toBe(0);
    expect(empty.height).toBeGreaterThan(0);
  });
});
