/** Images in the place of points, where the screen shows them too. */

import type { Rgb } from "../../../color/palette";
import type { Size } from "../camera";
import type { AtlasInfo } from "../renderer/atlas";
import { crowding, IMAGES_FROM, MOST_SPRITES, spriteSide } from "../scene";
import type { Dots } from "./dots";

/** An image on paper: CSS pixels from the top left of the map to its middle. */
export interface Thumbnail {
  row: number;
  x: number;
  y: number;
  side: number;
  /** Width of the frame around it, in the color of its row. */
  border: number;
  color: Rgb;
  opacity: number;
}

const BORDER = 1.5;
/** Dots that step back are fainter than any other. */
const FAINT = 60;

/**
 * The images that stand on a map's dots.
 *
 * @param spacing mean distance of the points on the screen, CSS pixels
 * @param window size of the map on the screen
 * @param width of the map on paper
 */
export function thumbnailsOf(
  dots: Dots,
  spacing: number,
  window: Size,
  width: number,
  solid: boolean,
): Thumbnail[] {
  if (spacing < IMAGES_FROM || dots.count > MOST_SPRITES) return [];
  const share = width / Math.max(1, window.width);
  const side = spriteSide(solid ? crowding(window, Math.max(1, dots.count)) : spacing) * share;
  return Array.from({ length: dots.count }, (_, i) => ({
    row: dots.rows[i] as number,
    x: dots.x[i] as number,
    y: dots.y[i] as number,
    side,
    border: BORDER * share,
    color: [dots.rgba[i * 4], dots.rgba[i * 4 + 1], dots.rgba[i * 4 + 2]] as unknown as Rgb,
    opacity: (dots.rgba[i * 4 + 3] as number) < FAINT ? 0.4 : 1,
  }));
}

/** The pictures of some rows, cut out of the atlas. */
export async function cropsOf(
  thumbnails: readonly Thumbnail[],
  { columns, rows, size, page }: AtlasInfo,
): Promise<Map<number, ImageBitmap>> {
  const crops = new Map<number, ImageBitmap>();
  const pages = new Map<number, number[]>();
  for (const { row } of thumbnails) {
    const number = Math.floor(row / (columns * rows));
    pages.set(number, [...(pages.get(number) ?? []), row]);
  }
  for (const [number, wanted] of pages) {
    const sheet = await createImageBitmap(await page(number));
    for (const row of wanted) {
      const cell = row - number * columns * rows;
      const [x, y] = [(cell % columns) * size, Math.floor(cell / columns) * size];
      crops.set(row, await createImageBitmap(sheet, x, y, size, size));
    }
    sheet.close();
  }
  return crops;
}
