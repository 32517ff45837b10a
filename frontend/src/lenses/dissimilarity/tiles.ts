/** Which tiles a part of the matrix needs, at which zoom. */

/** Pixels along a side of a tile: the most that the server makes at once. */
export const TILE = 512;
const LARGEST_STEP = 512;

/** The part in sight: first row, first column, and how many of each. */
export interface Window {
  top: number;
  left: number;
  span: number;
}

export interface TileAt {
  top: number;
  left: number;
  step: number;
}

/** The images that a pixel of the screen covers, as a power of two; one at least. */
export function stepFor(span: number, pixels: number): number {
  const step = 2 ** Math.floor(Math.log2(Math.max(1, span / Math.max(1, pixels))));
  return Math.min(LARGEST_STEP, step);
}

/** The tiles that a window touches. */
export function tilesIn({ top, left, span }: Window, step: number, count: number): TileAt[] {
  const side = TILE * step;
  const starts = (from: number) => {
    const first = Math.floor(Math.max(0, from) / side) * side;
    const list: number[] = [];
    for (let at = first; at < Math.min(count, from + span); at += side) list.push(at);
    return list;
  };
  return starts(top).flatMap((row) =>
    starts(left).map((column) => ({ top: row, left: column, step })),
  );
}

/** The matrix is its own mirror: of two tiles only the one above the diagonal is fetched. */
export const isBelow = ({ top, left }: TileAt) => top > left;
export const mirrored = ({ top, left, step }: TileAt): TileAt => ({ top: left, left: top, step });
export const keyOf = ({ top, left, step }: TileAt) => `${step}/${top}/${left}`;

/** A window that lies within the matrix. */
export function within({ top, left, span }: Window, count: number): Window {
  const size = Math.min(count, Math.max(Math.min(4, count), span));
  const inside = (from: number) => Math.min(count - size, Math.max(0, from));
  return { top: inside(top), left: inside(left), span: size };
}

/** Zoom so that what is under a place stays there; x and y are shares of the window. */
export function zoomAt(window: Window, factor: number, x: number, y: number, count: number) {
  const span = Math.min(count, Math.max(Math.min(4, count), window.span / factor));
  const gain = window.span - span;
  return within({ top: window.top + y * gain, left: window.left + x * gain, span }, count);
}

/** The rows of a block: those of both its sides, each once. */
export function rowsOfBlock(
  order: ArrayLike<number>,
  rows: [number, number],
  columns: [number, number],
): number[] {
  const chosen = new Set<number>();
  for (const [a, b] of [rows, columns]) {
    const first = Math.max(0, Math.min(a, b));
    for (let i = first; i <= Math.min(order.length - 1, Math.max(a, b)); i++) {
      chosen.add(order[i] as number);
    }
  }
  return [...chosen];
}
