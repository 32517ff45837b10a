import { describe, expect, it } from "vitest";
import { layFigure } from "../../../../src/lenses/map/export/figure";
import { figureSvg, xml } from "../../../../src/lenses/map/export/svg";
import { classes, magnitudes, measure, options, source, spiral } from "./sources";

const RECIPE = { kind: "projection", method: "pca", params: { note: "</metadata> & 'more'" } };
const layout = spiral(50);

const given = options("page", { sentence: true });
const figure = layFigure(source(layout, classes(50, ["<cat>", 'a "dog" & co'])), given, measure);
const svg = figureSvg(figure, "What it <shows>", RECIPE, null);

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
    const picture = figureSvg(figure, "", RECIPE, "data:image/png;base64,AAAA");
    expect(picture).toContain('xlink:href="data:image/png;base64,AAAA"');
    expect(picture).not.toContain("fill-opacity");
    expect(picture).toContain("</text>");
  });

  it("shows magnitudes as a ramp", () => {
    const colored = layFigure(source(layout, magnitudes(50)), options("column"), measure);
    expect(figureSvg(colored, "", RECIPE, null)).toContain('fill="url(#ramp)"');
  });

  it("leaves out what XML cannot hold", () => {
    expect(xml("a\u0000b\u001fc\ud800d\ne😀")).toBe("abcd\ne😀");
  });
});
