/** What stands along the edges of a matrix, and the marks on it. */

import { type Cell, EDGE, type MatrixState, ROOM } from "./scene";

interface Marks {
  /** The pair that is pointed at. */
  cell: Cell | null;
  /** The first corner of a block that keys mark. */
  corner: Cell | null;
  /** Corners of the block that is dragged, x and y in turn. */
  box: number[] | null;
}

/** Colors of classes along both edges, or images where there is room. */
export function drawEdges(
  context: CanvasRenderingContext2D,
  state: MatrixState,
  side: number,
  imageOf: (row: number) => HTMLImageElement | null,
): void {
  const each = side / state.window.span;
  const thumbs = each >= ROOM;
  for (const axis of ["top", "left"] as const) {
    const from = state.window[axis];
    const last = Math.min(state.order.length, Math.ceil(from + state.window.span));
    for (let p = Math.floor(from); p < last; p++) {
      const at = EDGE + (p - from) * each;
      const box = (low: number, size: number): [number, number, number, number] =>
        axis === "top" ? [low, at, size, each + 0.5] : [at, low, each + 0.5, size];
      if (state.colors) {
        context.fillStyle = state.colors[p] ?? state.ground;
        context.fillRect(...(thumbs ? box(0, 3) : box(4, EDGE - 6)));
      }
      const image = thumbs ? imageOf(state.order[p] as number) : null;
      if (image) drawImage(context, image, axis, at, each);
    }
  }
  context.fillStyle = state.ground;
  context.fillRect(0, 0, EDGE, EDGE);
}

function drawImage(
  context: CanvasRenderingContext2D,
  image: HTMLImageElement,
  axis: "top" | "left",
  at: number,
  each: number,
): void {
  const size = Math.min(EDGE - 4, each);
  const middle = at + (each - size) / 2;
  context.imageSmoothingEnabled = image.naturalWidth > size;
  if (axis === "top") context.drawImage(image, 4, middle, size, size);
  else context.drawImage(image, middle, 4, size, size);
}

/** Where the selection is, the pair that is pointed at, and the block that is drawn. */
export function drawMarks(
  context: CanvasRenderingContext2D,
  state: MatrixState,
  side: number,
  { cell, corner, box }: Marks,
): void {
  const { window, order, selected } = state;
  const each = side / window.span;
  const chosen = new Set(selected);
  context.fillStyle = state.accent;
  for (let p = 0; p < order.length; p++) {
    if (!chosen.has(order[p] as number)) continue;
    const [y, x] = [(p - window.top) * each, (p - window.left) * each];
    const long = Math.max(1, each);
    if (y >= 0 && y < side) context.fillRect(EDGE - 2, EDGE + y, 2, long);
    if (x >= 0 && x < side) context.fillRect(EDGE + x, EDGE - 2, long, 2);
  }
  const middle = (p: number, from: number) => EDGE + (p + 0.5 - from) * each;
  if (cell) {
    const [x, y] = [middle(cell.j, window.left), middle(cell.i, window.top)];
    context.beginPath();
    context.moveTo(EDGE, y);
    context.lineTo(EDGE + side, y);
    context.moveTo(x, EDGE);
    context.lineTo(x, EDGE + side);
    // Seen on every color of the matrix.
    context.lineWidth = 3;
    context.strokeStyle = "rgb(0 0 0 / 40%)";
    context.stroke();
    context.lineWidth = 1;
    context.strokeStyle = "white";
    context.stroke();
  }
  context.strokeStyle = state.accent;
  context.lineWidth = 2;
  if (corner && cell) {
    const [x0, y0] = [middle(corner.j, window.left), middle(corner.i, window.top)];
    const [x1, y1] = [middle(cell.j, window.left), middle(cell.i, window.top)];
    context.strokeRect(x0, y0, x1 - x0, y1 - y0);
  }
  if (box) {
    const [x0 = 0, y0 = 0] = box;
    const [, , , , x1 = 0, y1 = 0] = box;
    context.strokeRect(x0, y0, x1 - x0, y1 - y0);
  }
}
