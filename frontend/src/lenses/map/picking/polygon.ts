/** Which points lie within a lasso. */

const BANDS = 256;

/**
 * A closed polygon that answers quickly: its edges are sorted into horizontal bands, so that a
 * point is held against the few edges at its own height. Even-odd rule, as in SVG.
 */
export class Polygon {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly #bands: number[][] = Array.from({ length: BANDS }, () => []);

  /** From x, y pairs. */
  constructor(private readonly corners: readonly number[]) {
    const xs = corners.filter((_, i) => i % 2 === 0);
    const ys = corners.filter((_, i) => i % 2 === 1);
    this.left = Math.min(...xs);
    this.right = Math.max(...xs);
    this.top = Math.min(...ys);
    this.bottom = Math.max(...ys);
    for (let i = 0; i < ys.length; i++) {
      const a = ys[i] as number;
      const b = ys[(i + 1) % ys.length] as number;
      if (a === b) continue;
      for (let band = this.#band(Math.min(a, b)); band <= this.#band(Math.max(a, b)); band++) {
        this.#bands[band]?.push(i);
      }
    }
  }

  contains(x: number, y: number): boolean {
    if (!(x >= this.left && x <= this.right && y >= this.top && y <= this.bottom)) return false;
    let inside = false;
    const corners = this.corners;
    for (const i of this.#bands[this.#band(y)] ?? []) {
      const j = (i * 2 + 2) % corners.length;
      const [ax, ay] = [corners[i * 2] as number, corners[i * 2 + 1] as number];
      const [bx, by] = [corners[j] as number, corners[j + 1] as number];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
    return inside;
  }

  /** The rows whose pixels (x, y each) lie inside, among those that pass. */
  rows(pixels: Float32Array, pass: (row: number) => boolean): number[] {
    const rows: number[] = [];
    for (let row = 0; row < pixels.length / 2; row++) {
      const inside = this.contains(pixels[row * 2] as number, pixels[row * 2 + 1] as number);
      if (inside && pass(row)) rows.push(row);
    }
    return rows;
  }

  #band(y: number): number {
    const height = this.bottom - this.top;
    if (height <= 0) return 0;
    return Math.min(BANDS - 1, Math.floor(((y - this.top) / height) * BANDS));
  }
}

/** The corners of an upright box between two pixels. */
export function boxCorners(x0: number, y0: number, x1: number, y1: number): number[] {
  return [x0, y0, x1, y0, x1, y1, x0, y1];
}
