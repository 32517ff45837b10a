/** A figure on a canvas, for PNG, and the measuring of words. */

import { cssColor, viridis } from "../../../color/palette";
import { type Figure, GROUND, INK } from "./figure";
import { resolutionOf } from "./paper";
import { withWords } from "./png";
import { rasterize } from "./raster";
import { STOPS } from "./svg";
import { FONT, type Measure } from "./text";

const NO_CANVAS = "This browser gives no canvas to draw the figure on.";

const fontOf = (size: number, bold: boolean) => `${bold ? "bold " : ""}${size}px ${FONT}`;

/** A measure with the fonts of this machine. */
export function measure(): Measure {
  const pen = penOf(new OffscreenCanvas(1, 1));
  return (text, size, bold) => {
    pen.font = fontOf(size, bold);
    return pen.measureText(text).width;
  };
}

/** Pictures of rows, for the thumbnails of a figure. */
export interface Images {
  crops: ReadonlyMap<number, ImageBitmap>;
  /** Small images are drawn pixel by pixel, photos smoothly. */
  exact: boolean;
}

/** Each picture as the data URL of a PNG file. */
export function cropUrls({ crops }: Images): Map<number, string> {
  const urls = new Map<number, string>();
  // Blobs are made when the browser is idle: hundreds of them would take a minute.
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error(NO_CANVAS);
  for (const [row, crop] of crops) {
    [canvas.width, canvas.height] = [crop.width, crop.height];
    pen.drawImage(crop, 0, 0);
    urls.set(row, canvas.toDataURL());
  }
  return urls;
}

/** The dots alone, as a PNG file. */
export async function dotsPng({ dots, frame, paper }: Figure): Promise<Blob> {
  const { width, height, data } = rasterize(dots, frame, paper.scale, GROUND);
  const canvas = new OffscreenCanvas(width, height);
  penOf(canvas).putImageData(new ImageData(data, width, height), 0, 0);
  return canvas.convertToBlob({ type: "image/png" });
}

/** The whole figure as a PNG file that knows its size on paper and its recipe. */
export async function figurePng(
  figure: Figure,
  images: Images,
  sentence: string,
  recipe: unknown,
): Promise<Blob> {
  const { frame, paper, dots } = figure;
  const { scale } = paper;
  const canvas = new OffscreenCanvas(
    Math.round(figure.width * scale),
    Math.round(figure.height * scale),
  );
  const pen = penOf(canvas);
  pen.fillStyle = cssColor(GROUND);
  pen.fillRect(0, 0, canvas.width, canvas.height);
  const { width, height, data } = rasterize(dots, frame, scale, GROUND);
  const place = [frame.x, frame.y].map((at) => Math.round(at * scale)) as [number, number];
  pen.putImageData(new ImageData(data, width, height), ...place);

  pen.scale(scale, scale);
  pen.save();
  pen.translate(frame.x, frame.y);
  pen.beginPath();
  pen.rect(0, 0, frame.width, frame.height);
  pen.clip();
  drawLines(pen, figure);
  drawImages(pen, figure, images);
  drawRings(pen, figure);
  pen.restore();
  drawKey(pen, figure);

  const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
  const texts = { Description: sentence, "Repscope recipe": JSON.stringify(recipe) };
  return new Blob([withWords(bytes, resolutionOf(paper), texts)], { type: "image/png" });
}

function drawLines(pen: Pen, { lines }: Figure): void {
  pen.lineWidth = 0.75;
  pen.strokeStyle = cssColor(INK);
  pen.globalAlpha = 0.4;
  for (const [x1, y1, x2, y2] of lines) {
    pen.beginPath();
    pen.moveTo(x1, y1);
    pen.lineTo(x2, y2);
    pen.stroke();
  }
  pen.globalAlpha = 1;
}

function drawImages(pen: Pen, { thumbnails }: Figure, { crops, exact }: Images): void {
  pen.imageSmoothingEnabled = !exact;
  for (const { row, x, y, side, border, color, opacity } of thumbnails) {
    const crop = crops.get(row);
    if (!crop) continue;
    const [left, top] = [x - side / 2, y - side / 2];
    pen.globalAlpha = opacity;
    pen.fillStyle = cssColor(color);
    pen.fillRect(left - border, top - border, side + 2 * border, side + 2 * border);
    pen.drawImage(crop, left, top, side, side);
  }
  pen.globalAlpha = 1;
}

function drawRings(pen: Pen, { rings }: Figure): void {
  for (const { x, y, radius, stroke, color } of rings) {
    pen.lineWidth = stroke;
    pen.strokeStyle = cssColor(color);
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.stroke();
  }
}

function drawKey(pen: Pen, { swatches, ramp, words, paper }: Figure): void {
  for (const { x, y, radius, color } of swatches) {
    pen.fillStyle = cssColor(color);
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.fill();
  }
  if (ramp) {
    const gradient = pen.createLinearGradient(ramp.x, 0, ramp.x + ramp.width, 0);
    for (let i = 0; i < STOPS; i++) {
      gradient.addColorStop(i / (STOPS - 1), cssColor(viridis(i / (STOPS - 1))));
    }
    pen.fillStyle = gradient;
    pen.fillRect(ramp.x, ramp.y, ramp.width, ramp.height);
  }
  pen.fillStyle = cssColor(INK);
  for (const { x, y, text, bold, anchor } of words) {
    pen.font = fontOf(paper.type, bold);
    pen.textAlign = anchor;
    pen.fillText(text, x, y);
  }
}

type Pen = OffscreenCanvasRenderingContext2D;

function penOf(canvas: OffscreenCanvas): Pen {
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error(NO_CANVAS);
  return pen;
}
