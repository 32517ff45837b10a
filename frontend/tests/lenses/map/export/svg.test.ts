import { describe, expect, it } from "vitest";
import { layFigure } from "../../../../src/lenses/map/export/figure";
import { figureSvg, xml } from "../../../../src/lenses/map/export/svg";
import { classes, magnitudes, measure, options, source, spiral } from "./sources";

const RECIPE = { kind: "projection", method: "pca", params: { note: "</metadata> & 'more'" } };
const CIRCLES = { dots: null, rows: new Map<number, string>(), exact: true };
const layout = spiral(50);

const given = options("page", { sentence: true });
const figure = layFigure(source(layout, classes(50, ["<cat>", 'a "dog" & co'])), given, measure);
const svg = figureSvg(figure, "What it <shows>", RECIPE, CIRCLES);

describe("SVG", () => {
  it("has a circle for every point and words for every class", () => {
    expect(svg.match(/<circle [^>]*fill-opacity/g)).toHaveLength(50);
    expect(svg).toContain(">&lt;cat&gt;</text>");
    expect(svg).toContain(">a &quot;dog&quot; &amp; co</text>");
    expect(svg).toMatch(/width="180mm" height="[\d.]+mm"/);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("holds the recipe", () => {
    const held = /<metadata>(.*)<\/metadata>/.exec(svg)?.[1] ?? "";
    const text = held
      .replaceAll("&quot;", '"')
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&amp;", "&");
    expect(JSON.parse(text)).toEqual(RECIPE);
  });

  it("takes a picture in the place of many circles", () => {
    const picture = figureSvg(figure, "", RECIPE, {
      ...CIRCLES,
      dots: "data:image/png;base64,AAAA",
    });
    expect(picture).toContain('xlink:href="data:image/png;base64,AAAA"');
    expect(picture).not.toContain("fill-opacity");
    expect(picture).toContain("</text>");
  });

  it("shows magnitudes as a ramp", () => {
    const colored = layFigure(source(layout, magnitudes(50)), options("column"), measure);
    expect(figureSvg(colored, "", RECIPE, CIRCLES)).toContain('fill="url(#ramp)"');
  });

  it("shows thumbnails where the screen does", () => {
    const near = { camera: [0, 0, 4], thumbnails: true };
    const given = source(layout, null, near);
    const drawn = layFigure(given, options("column"), measure);
    expect(drawn.thumbnails.length).toBeGreaterThan(0);
    const rows = new Map(drawn.thumbnails.map(({ row }) => [row, `data:${row}`]));
    const text = figureSvg(drawn, "", RECIPE, { ...CIRCLES, rows });
    for (const { row } of drawn.thumbnails) expect(text).toContain(`xlink:href="data:${row}"`);
    expect(text).toContain("pixelated");
  });

  it("leaves out what XML cannot hold", () => {
    expect(xml("a\u0000b\u001fc\ud800d\ne😀")).toBe("abcd\ne😀");
  });
});
