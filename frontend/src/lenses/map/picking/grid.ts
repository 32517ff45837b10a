/** A uniform grid over the flat layout: nearest point, points near a place, points in a box. */

const MOST_CELLS_A_SIDE = 512;
const PER_CELL = 4;

export class Grid {
  readonly #side: number;
  /** Rows of cell c are rows[starts[c]] up to rows[starts[c + 1]]. */
  readonly #starts: Uint32Array;
  readonly #rows: Uint32Array;

  /** Index the x and y of positions (x, y, z each, in [-1, 1]); NaN has no place. */
  constructor(readonly positions: Float32Array) {
    const count = positions.length / 3;
    const wanted = Math.ceil(Math.sqrt(count / PER_CELL));
    this.#side = Math.min(MOST_CELLS_A_SIDE, Math.max(1, wanted));
    this.#starts = new Uint32Array(this.#side * this.#side + 1);
    const cells = new Int32Array(count);
    for (let row = 0; row < count; row++) {
      const x = positions[row * 3] as number;
      const y = positions[row * 3 + 1] as number;
      const placed = Number.isFinite(x) && Number.isFinite(y);
      const cell = placed ? this.#column(y) * this.#side + this.#column(x) : -1;
      cells[row] = cell;
      if (cell >= 0) this.#starts[cell + 1] = (this.#starts[cell + 1] as number) + 1;
    }
    for (let cell = 0; cell < this.#side * this.#side; cell++) {
      this.#starts[cell + 1] = (this.#starts[cell + 1] as number) + (this.#starts[cell] as number);
    }
    const next = this.#starts.slice();
    this.#rows = new Uint32Array(this.#starts.at(-1) as number);
    for (let row = 0; row < count; row++) {
      const cell = cells[row] as number;
      if (cell < 0) continue;
      this.#rows[next[cell] as number] = row;
      next[cell] = (next[cell] as number) + 1;
    }
  }

  /** The row nearest to a place, within a distance, among those that pass; null if there is none. */
  nearest(x: number, y: number, within: number, pass: (row: number) => boolean): number | null {
    let best: number | null = null;
    let least = within * within;
    this.#visit(x - within, y - within, x + within, y + within, (row) => {
      const dx = (this.positions[row * 3] as number) - x;
      const dy = (this.positions[row * 3 + 1] as number) - y;
      const distance = dx * dx + dy * dy;
      if (distance <= least && pass(row)) {
        least = distance;
        best = row;
      }
    });
    return best;
  }

  /** The rows in a box. */
  within(x0: number, y0: number, x1: number, y1: number): number[] {
    const rows: number[] = [];
    this.#visit(x0, y0, x1, y1, (row) => {
      const x = this.positions[row * 3] as number;
      const y = this.positions[row * 3 + 1] as number;
      if (x >= x0 && x <= x1 && y >= y0 && y <= y1) rows.push(row);
    });
    return rows;
  }

  /** How many rows the cells that touch a box hold: a quick estimate from above. */
  countNear(x0: number, y0: number, x1: number, y1: number): number {
    let count = 0;
    const [c0, c1] = [this.#column(x0), this.#column(x1)];
    for (let r = this.#column(y0); r <= this.#column(y1); r++) {
      const line = r * this.#side;
      count += (this.#starts[line + c1 + 1] as number) - (this.#starts[line + c0] as number);
    }
    return count;
  }

  #visit(x0: number, y0: number, x1: number, y1: number, visit: (row: number) => void): void {
    if (!(x1 >= -1 && x0 <= 1 && y1 >= -1 && y0 <= 1)) return;
    const [c0, c1] = [this.#column(x0), this.#column(x1)];
    for (let r = this.#column(y0); r <= this.#column(y1); r++) {
      const line = r * this.#side;
      const end = this.#starts[line + c1 + 1] as number;
      for (let i = this.#starts[line + c0] as number; i < end; i++) visit(this.#rows[i] as number);
    }
  }

  #column(value: number): number {
    const column = Math.floor(((value + 1) / 2) * this.#side);
    return Math.min(this.#side - 1, Math.max(0, column));
  }
}
