/** The matrix as one object: mount it, tell it what to show, destroy it. */

import type { Mode } from "../../state/selection.svelte";
import { type Hands, listen, type Tool } from "../map/gestures";
import type { Direction } from "../map/picking/walk";
import { drawEdges, drawMarks } from "./edges";
import { paint } from "./paint";
import { type Cell, EDGE, type MatrixState } from "./scene";
import type { Tile } from "./store.svelte";
import { keyOf, rowsOfBlock, stepFor, TILE, tilesIn, type Window, within, zoomAt } from "./tiles";

export interface MatrixEvents {
  point(cell: Cell | null): void;
  look(window: Window): void;
  select(rows: number[], mode: Mode, primary: number): void;
  clear(): void;
}

export class MatrixView implements Hands {
  readonly canvas = document.createElement("canvas");
  readonly #resize = new ResizeObserver(() => this.#fit());
  readonly #painted = new Map<string, [Tile, HTMLCanvasElement]>();
  readonly #images = new Map<number, HTMLImageElement>();
  #host: HTMLElement | null = null;
  #state: MatrixState | null = null;
  #cell: Cell | null = null;
  #box: number[] | null = null;
  #corner: Cell | null = null;
  #side = 0;
  #pending = 0;
  #unlisten = () => {};

  constructor(private readonly events: MatrixEvents) {}

  mount(host: HTMLElement): void {
    this.#host = host;
    host.append(this.canvas);
    const unlisten = listen(host, this);
    const keyed = (event: KeyboardEvent) => this.#keyed(event);
    host.addEventListener("keydown", keyed);
    this.#unlisten = () => {
      unlisten();
      host.removeEventListener("keydown", keyed);
    };
    this.#resize.observe(host);
  }

  update(change: Partial<MatrixState>): void {
    const old = this.#state;
    this.#state = { ...(old as MatrixState), ...change };
    if (this.#state.store !== old?.store || this.#state.scale !== old.scale) this.#painted.clear();
    if (this.#state.order !== old?.order) {
      this.#cell = null;
      this.#corner = null;
    }
    if (change.imageOf && change.imageOf !== old?.imageOf) this.#images.clear();
    // A finer tile may have arrived for what lies under the pointer, or something else lies there.
    const cell = this.#cell;
    if (cell && (cell.value === null || cell.step !== this.#step())) this.#point(cell.i, cell.j);
    else this.#draw();
  }

  destroy(): void {
    cancelAnimationFrame(this.#pending);
    this.#unlisten();
    this.#resize.disconnect();
    this.canvas.remove();
  }

  get tool(): Tool {
    return this.#state?.tool ?? "box";
  }

  pan(dx: number, dy: number): void {
    const state = this.#state;
    if (!state) return;
    const { top, left, span } = state.window;
    const each = span / this.#side;
    this.#look(within({ top: top - dy * each, left: left - dx * each, span }, state.order.length));
  }

  zoom(factor: number, x: number, y: number): void {
    const state = this.#state;
    if (!state) return;
    const share = (at: number) => Math.min(1, Math.max(0, (at - EDGE) / this.#side));
    this.#look(zoomAt(state.window, factor, share(x), share(y), state.order.length));
  }

  outline(corners: number[] | null): void {
    this.#box = corners;
    this.#draw();
  }

  enclose(corners: number[], mode: Mode): void {
    const xs = corners.filter((_, k) => k % 2 === 0);
    const ys = corners.filter((_, k) => k % 2 === 1);
    this.#select(
      [this.#position(Math.min(...ys), "top"), this.#position(Math.max(...ys), "top")],
      [this.#position(Math.min(...xs), "left"), this.#position(Math.max(...xs), "left")],
      mode,
    );
  }

  tap(x: number, y: number, mode: Mode): void {
    // A finger points at nothing before.
    this.point(x, y);
    const [i, j] = [this.#position(y, "top"), this.#position(x, "left")];
    // On an edge lies one image, elsewhere a pair.
    if (x >= EDGE || y >= EDGE)
      this.#select(y < EDGE ? [j, j] : [i, i], x < EDGE ? [i, i] : [j, j], mode);
  }

  fly(): void {
    this.reset();
  }

  point(x: number, y: number): void {
    const end = EDGE + this.#side;
    if (x < EDGE || y < EDGE || x >= end || y >= end) this.leave();
    else this.#point(this.#position(y, "top"), this.#position(x, "left"));
  }

  leave(): void {
    this.#cell = null;
    this.events.point(null);
    this.#draw();
  }

  walk(direction: Direction): void {
    const state = this.#state;
    if (!state) return;
    const { top, left, span } = state.window;
    const step = this.#step();
    const from = this.#cell ?? { i: Math.floor(top + span / 2), j: Math.floor(left + span / 2) };
    const last = state.order.length - 1;
    const move = { left: [0, -step], right: [0, step], up: [-step, 0], down: [step, 0] }[direction];
    const to = (at: number, by = 0) => Math.min(last, Math.max(0, at + by));
    this.#point(to(from.i, move[0]), to(from.j, move[1]));
  }

  clear(): void {
    this.#corner = null;
    this.events.clear();
  }

  reset(): void {
    if (this.#state) this.#look({ top: 0, left: 0, span: this.#state.order.length });
  }

  /** Enter marks one corner of a block, and selects it at the second. */
  #keyed(event: KeyboardEvent): void {
    const cell = this.#cell;
    if (event.key !== "Enter" || !cell) return;
    event.preventDefault();
    if (this.#corner) this.#select([this.#corner.i, cell.i], [this.#corner.j, cell.j], "replace");
    this.#corner = this.#corner ? null : cell;
    this.#draw();
  }

  #select(rows: [number, number], columns: [number, number], mode: Mode): void {
    const { order } = this.#state as MatrixState;
    const chosen = rowsOfBlock(order, rows, columns);
    this.events.select(chosen, mode, chosen[0] as number);
  }

  #position(at: number, axis: "top" | "left"): number {
    const { window, order } = this.#state as MatrixState;
    const place = window[axis] + ((at - EDGE) / this.#side) * window.span;
    return Math.min(order.length - 1, Math.max(0, Math.floor(place)));
  }

  #point(i: number, j: number): void {
    const { store } = this.#state as MatrixState;
    let found: Cell = { i, j, step: 1, value: null };
    for (let step = this.#step(); step <= 512; step *= 2) {
      const side = TILE * step;
      const top = Math.floor(i / side) * side;
      const left = Math.floor(j / side) * side;
      const tile = store.find({ top, left, step });
      if (!tile) continue;
      const at = Math.floor((i - top) / step) * tile.width + Math.floor((j - left) / step);
      found = { i, j, step, value: tile.values[at] ?? null };
      break;
    }
    this.#cell = found;
    this.events.point(found);
    this.#draw();
  }

  #look(window: Window): void {
    this.update({ window });
    this.events.look(window);
  }

  #step(): number {
    return stepFor(this.#state?.window.span ?? 1, this.#side);
  }

  #fit(): void {
    const host = this.#host;
    if (!host) return;
    this.#side = Math.max(1, Math.min(host.clientWidth, host.clientHeight) - EDGE);
    const ratio = devicePixelRatio;
    const size = this.#side + EDGE;
    Object.assign(this.canvas, { width: size * ratio, height: size * ratio });
    Object.assign(this.canvas.style, { width: `${size}px`, height: `${size}px`, display: "block" });
    this.#draw();
  }

  #draw(): void {
    cancelAnimationFrame(this.#pending);
    this.#pending = requestAnimationFrame(() => this.#drawNow());
  }

  #drawNow(): void {
    const state = this.#state;
    const context = this.canvas.getContext("2d");
    if (!state || !context || this.#side <= 1) return;
    const ratio = devicePixelRatio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = state.ground;
    context.fillRect(0, 0, this.#side + EDGE, this.#side + EDGE);
    const count = state.order.length;
    const step = this.#step();
    const tiles = tilesIn(state.window, step, count);
    const coarse = stepFor(count, TILE) * (stepFor(count, TILE) * TILE < count ? 2 : 1);
    const overview = { top: 0, left: 0, step: Math.min(512, coarse) };
    state.store.want([overview, ...tiles]);
    context.save();
    context.beginPath();
    context.rect(EDGE, EDGE, this.#side, this.#side);
    context.clip();
    const drawn = [overview, ...tiles].map((at) => this.#drawTile(context, at));
    context.restore();
    drawEdges(context, state, this.#side, (row) => this.#imageOf(row));
    const marks = { cell: this.#cell, corner: this.#corner, box: this.#box };
    drawMarks(context, state, this.#side, marks);
    this.canvas.dataset.state = drawn.slice(1).every(Boolean) ? "ready" : "loading";
    this.canvas.dataset.step = String(step);
  }

  #drawTile(context: CanvasRenderingContext2D, at: { top: number; left: number; step: number }) {
    const { store, scale, window } = this.#state as MatrixState;
    const tile = store.find(at);
    if (!tile || !store.spread) return false;
    const key = keyOf(at);
    let painted = this.#painted.get(key);
    if (painted?.[0] !== tile) {
      const canvas = document.createElement("canvas");
      Object.assign(canvas, { width: tile.width, height: tile.height });
      const rgba = paint(tile.values, store.spread, scale) as Uint8ClampedArray<ArrayBuffer>;
      canvas.getContext("2d")?.putImageData(new ImageData(rgba, tile.width, tile.height), 0, 0);
      painted = [tile, canvas];
      this.#painted.set(key, painted);
    }
    const each = this.#side / window.span;
    const x = EDGE + (at.left - window.left) * each;
    const y = EDGE + (at.top - window.top) * each;
    const scaled = at.step * each;
    context.imageSmoothingEnabled = scaled * devicePixelRatio < 1;
    context.drawImage(painted[1], x, y, tile.width * scaled, tile.height * scaled);
    return true;
  }

  /** The image of a row; null until it has come. */
  #imageOf(row: number): HTMLImageElement | null {
    let image = this.#images.get(row);
    if (!image) {
      image = new Image();
      image.onload = () => this.#draw();
      image.src = (this.#state as MatrixState).imageOf(row);
      this.#images.set(row, image);
    }
    return image.complete && image.naturalWidth > 0 ? image : null;
  }
}
