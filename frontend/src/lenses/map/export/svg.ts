/** A figure as SVG 1.1: circles, lines and words that a drawing program can take apart. */

import { type Rgb, viridis } from "../../../color/palette";
import type { Figure } from "./figure";
import { GROUND, INK } from "./figure";
import { FONT } from "./text";

/** Above so many points the map is a picture inside the figure: no program is quick with more. */
export const MOST_CIRCLES = 20_000;

export interface Pictures {
  /** All dots as one picture; null draws them as circles. */
  dots: string | null;
  /** Thumbnails by row. */
  rows: ReadonlyMap<number, string>;
  /** Small images are drawn pixel by pixel, photos smoothly. */
  exact: boolean;
}

const hex = (color: Rgb) => `#${color.map((c) => c.toString(16).padStart(2, "0")).join("")}`;
const px = (value: number) => String(Math.round(value * 100) / 100);

/** Text as XML: what XML 1.0 cannot hold at all is left out. */
export const xml = (text: string) =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

/**
 * Write a figure.
 *
 * @param recipe what makes the map, kept inside as metadata
 * @param pictures what stands inside as data URLs
 */
export function figureSvg(
  figure: Figure,
  sentence: string,
  recipe: unknown,
  pictures: Pictures,
): string {
  const picture = pictures.dots;
  const { frame, paper } = figure;
  const [width, height] = [px(figure.width), px(figure.height)];
  const mm = (value: number) => `${px((value / 96) * 25.4)}mm`;
  const { x, y } = frame;
  const box = `x="${px(x)}" y="${px(y)}" width="${px(frame.width)}" height="${px(frame.height)}"`;
  const out = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" width="${mm(figure.width)}" height="${mm(figure.height)}" viewBox="0 0 ${width} ${height}">`,
    `<title>${xml(sentence)}</title>`,
    `<metadata>${xml(JSON.stringify(recipe))}</metadata>`,
    `<rect width="${width}" height="${height}" fill="${hex(GROUND)}"/>`,
    `<defs><clipPath id="frame"><rect ${box}/></clipPath>${ramp()}</defs>`,
    '<g id="map" clip-path="url(#frame)">',
  ];
  if (picture !== null)
    out.push(`<image ${box} preserveAspectRatio="none" xlink:href="${picture}"/>`);
  out.push(`<g transform="translate(${px(x)} ${px(y)})">`);
  if (picture === null) out.push('<g id="points">', ...circles(figure), "</g>");
  for (const [x1, y1, x2, y2] of figure.lines) {
    out.push(
      `<line x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}" stroke="${hex(INK)}" stroke-opacity="0.4" stroke-width="0.75"/>`,
    );
  }
  out.push(...images(figure, pictures));
  for (const ring of figure.rings) {
    out.push(
      `<circle cx="${px(ring.x)}" cy="${px(ring.y)}" r="${px(ring.radius)}" fill="none" stroke="${hex(ring.color)}" stroke-width="${ring.stroke}"/>`,
    );
  }
  out.push("</g>", "</g>", `<g id="legend" font-family="${FONT}" font-size="${px(paper.type)}">`);
  for (const { x: cx, y: cy, radius, color } of figure.swatches) {
    out.push(`<circle cx="${px(cx)}" cy="${px(cy)}" r="${px(radius)}" fill="${hex(color)}"/>`);
  }
  if (figure.ramp) {
    const { x: left, y: top, width: wide, height: high } = figure.ramp;
    out.push(
      `<rect x="${px(left)}" y="${px(top)}" width="${px(wide)}" height="${px(high)}" fill="url(#ramp)"/>`,
    );
  }
  for (const { x: left, y: base, text, bold, anchor } of figure.words) {
    const weight = bold ? ' font-weight="bold"' : "";
    const end = anchor === "end" ? ' text-anchor="end"' : "";
    out.push(
      `<text x="${px(left)}" y="${px(base)}" fill="${hex(INK)}"${weight}${end}>${xml(text)}</text>`,
    );
  }
  out.push("</g>", "</svg>", "");
  return out.join("\n");
}

function circles({ dots }: Figure): string[] {
  const out: string[] = [];
  for (let i = 0; i < dots.count; i++) {
    const color = hex([0, 1, 2].map((c) => dots.rgba[i * 4 + c]) as unknown as Rgb);
    const opacity = px((dots.rgba[i * 4 + 3] as number) / 255);
    const place = `cx="${px(dots.x[i] as number)}" cy="${px(dots.y[i] as number)}"`;
    out.push(
      `<circle ${place} r="${px(dots.radius[i] as number)}" fill="${color}" fill-opacity="${opacity}"/>`,
    );
  }
  return out;
}

function images({ thumbnails }: Figure, { rows, exact }: Pictures): string[] {
  const style = exact ? ' style="image-rendering:pixelated"' : "";
  return thumbnails.flatMap(({ row, x, y, side, border, color, opacity }) => {
    const url = rows.get(row);
    if (!url) return [];
    const square = (length: number) =>
      `x="${px(x - length / 2)}" y="${px(y - length / 2)}" width="${px(length)}" height="${px(length)}"`;
    return [
      `<g opacity="${opacity}"><rect ${square(side + 2 * border)} fill="${hex(color)}"/>`,
      `<image ${square(side)}${style} xlink:href="${url}"/></g>`,
    ];
  });
}

/** Steps of the ramp: as many as make it look even. */
export const STOPS = 16;

function ramp(): string {
  const stops = Array.from({ length: STOPS }, (_, i) => {
    const t = i / (STOPS - 1);
    return `<stop offset="${px(t)}" stop-color="${hex(viridis(t))}"/>`;
  });
  return `<linearGradient id="ramp">${stops.join("")}</linearGradient>`;
}
