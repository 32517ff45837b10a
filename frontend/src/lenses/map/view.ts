/** The map as one object: mount it, tell it what to show, destroy it. */

import type { Rgb } from "../../color/palette";
import { hasRow, type Mode } from "../../state/selection.svelte";
import { type Camera, cameraFrom, FlatCamera, projectAll, type Size } from "./camera";
import { type Hands, listen, type Tool } from "./gestures";
import type { Layout } from "./layout";
import { Passage } from "./motion";
import { Grid } from "./picking/grid";
import { Polygon } from "./picking/polygon";
import { type Direction, stepFrom } from "./picking/walk";
import type { AtlasInfo } from "./renderer/atlas";
import { HURRY_ABOVE, type Look, placeOf, Scene, type Shown } from "./scene";

/** What the map shows; whoever owns it changes these through `update`. */
export interface MapState {
  layout: Layout;
  rgba: Uint8Array;
  selected: Int32Array;
  primary: number | null;
  hover: number | null;
  neighbors: readonly number[];
  atlas: AtlasInfo | null;
  look: Look;
  tool: Tool;
  /** Camera numbers of a link; empty shows everything. */
  camera: readonly number[];
}

/** What the map tells its owner. */
export interface MapEvents {
  hover(row: number | null, x: number, y: number): void;
  select(rows: ArrayLike<number>, mode: Mode, primary?: number): void;
  camera(numbers: number[]): void;
  frame(frames: number, images: number): void;
  firstFrame(): void;
  lost(reason: string): void;
}

/** Pixels around the pointer in which a point is meant. */
const REACH = 12;
const BUSY_MS = 160;
/** A double click flies to this share of the points. */
const CLUSTER = 0.03;

export class MapView implements Hands {
  readonly canvas = document.createElement("canvas");
  readonly #outline = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  readonly #path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  readonly #travel = new Passage();
  readonly #flight = new Passage();
  readonly #resize = new ResizeObserver(() => this.#fit());
  #scene: Scene | null = null;
  #state: MapState | null = null;
  #grid: Grid | null = null;
  #camera: Camera | null = null;
  #flightFrom: Camera | null = null;
  #flightTo: Camera | null = null;
  #before: Float32Array | null = null;
  #size: Size = { width: 1, height: 1 };
  #ratio = 1;
  #pending = 0;
  #busyUntil = 0;
  #frames = 0;
  #fresh = false;
  /** True while the camera is the one that shows everything, in any window. */
  #whole = true;
  #unlisten = () => {};

  constructor(private readonly events: MapEvents) {}

  mount(host: HTMLElement): void {
    this.#outline.classList.add("outline");
    this.#outline.setAttribute("aria-hidden", "true");
    this.#outline.append(this.#path);
    host.append(this.canvas, this.#outline);
    this.canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    this.canvas.addEventListener("webglcontextrestored", () => this.#begin());
    this.#unlisten = listen(host, this);
    this.#resize.observe(host);
    this.#begin();
  }

  update(change: Partial<MapState>): void {
    const old = this.#state;
    const state = { ...(old as MapState), ...change };
    this.#state = state;
    if (!this.#scene || !state.layout || !state.rgba) return;
    if (change.layout && change.layout !== old?.layout) this.#enter(change.layout, old?.layout);
    if (change.rgba) this.#scene.setColors(state.rgba);
    if (change.selected || change.layout) this.#scene.setSelected(state.selected);
    if (change.atlas !== undefined) this.#scene.setAtlas(state.atlas);
    if (change.camera) this.#look(change.camera);
    this.requestDraw();
  }

  destroy(): void {
    cancelAnimationFrame(this.#pending);
    this.#unlisten();
    this.#resize.disconnect();
    this.#scene?.destroy();
    this.#scene = null;
    this.canvas.remove();
    this.#outline.remove();
  }

  requestDraw(): void {
    if (this.#pending) return;
    this.#pending = requestAnimationFrame((now) => {
      this.#pending = 0;
      this.#draw(now);
    });
  }

  get tool(): Tool {
    return this.#state?.tool ?? "lasso";
  }

  /** Pixels of a row, for what is laid over the map. */
  pixelOf(row: number): [number, number] | null {
    const shown = this.#shown();
    if (!shown || row >= shown.layout.count) return null;
    const place = new Float32Array(placeOf(shown, row));
    const [x, y] = projectAll(place, shown.camera.matrix(this.#size), this.#size);
    return x === undefined || y === undefined || Number.isNaN(x) ? null : [x, y];
  }

  /** Bring a row into sight without changing the zoom. */
  reveal(row: number): void {
    const pixel = this.pixelOf(row);
    const layout = this.#state?.layout;
    if (!pixel || !layout || !this.#camera) return;
    const [x, y] = pixel;
    const margin = 24;
    const { width, height } = this.#size;
    if (x > margin && y > margin && x < width - margin && y < height - margin) return;
    const at = (axis: number) => layout.positions[row * 3 + axis] as number;
    this.#flyTo(this.#camera.centered(at(0), at(1), at(2), 1));
  }

  // What hands do.

  pan(dx: number, dy: number, slide: boolean): void {
    if (this.#camera) this.#move(this.#camera.drag(dx, dy, this.#size, slide));
  }

  zoom(factor: number, x: number, y: number): void {
    if (this.#camera) this.#move(this.#camera.zoomAt(factor, x, y, this.#size));
  }

  outline(corners: number[] | null): void {
    const pairs: string[] = [];
    for (let i = 0; corners && i < corners.length; i += 2) {
      pairs.push(`${corners[i]?.toFixed(1)} ${corners[i + 1]?.toFixed(1)}`);
    }
    this.#path.setAttribute("d", pairs.length ? `M${pairs.join("L")}Z` : "");
  }

  enclose(corners: number[], mode: Mode): void {
    const layout = this.#state?.layout;
    if (!layout || !this.#camera) return;
    const pixels = projectAll(layout.positions, this.#camera.matrix(this.#size), this.#size);
    this.events.select(new Polygon(corners).rows(pixels, this.#visible), mode);
  }

  tap(x: number, y: number, mode: Mode): void {
    const row = this.#pick(x, y);
    if (row === null) {
      if (mode === "replace") this.events.select([], mode);
      return;
    }
    const chosen = this.#state && hasRow(this.#state.selected, row);
    this.events.select([row], mode === "add" && chosen ? "subtract" : mode, row);
  }

  fly(x: number, y: number): void {
    const layout = this.#state?.layout;
    const row = this.#pick(x, y) ?? this.#pick(x, y, 80);
    if (!layout || row === null || !this.#camera) return;
    const { positions, count } = layout;
    const at = (r: number, axis: number) => positions[r * 3 + axis] as number;
    const away = (r: number) => Math.hypot(...[0, 1, 2].map((axis) => at(r, axis) - at(row, axis)));
    const distances = Float32Array.from({ length: count }, (_, r) => away(r)).sort();
    const reach = distances[Math.min(count - 1, Math.max(12, Math.round(count * CLUSTER)))] || 0.1;
    const zoom = 0.8 / (reach * this.#zoomNow());
    this.#flyTo(this.#camera.centered(at(row, 0), at(row, 1), at(row, 2), Math.max(1.6, zoom)));
  }

  point(x: number, y: number): void {
    this.events.hover(this.#pick(x, y), x, y);
  }

  leave(): void {
    this.events.hover(null, 0, 0);
  }

  walk(direction: Direction): void {
    const state = this.#state;
    if (!state?.layout || !this.#camera) return;
    const pixels = projectAll(state.layout.positions, this.#camera.matrix(this.#size), this.#size);
    const row =
      state.primary === null
        ? this.#pick(this.#size.width / 2, this.#size.height / 2, 2000)
        : stepFrom(state.primary, direction, pixels, this.#visible);
    if (row === null) return;
    this.events.select([row], "replace", row);
    this.reveal(row);
  }

  clear(): void {
    this.events.select([], "replace");
  }

  /** Fly back to where everything shows. */
  reset(): void {
    if (!this.#state?.layout) return;
    const { dimensions, extents } = this.#state.layout;
    this.#flyTo(cameraFrom([], dimensions, extents, this.#size));
    this.#whole = true;
    this.events.camera([]);
  }

  // What the frame needs.

  #begin(): void {
    try {
      this.#scene = new Scene(this.canvas, () => this.requestDraw());
    } catch (thrown) {
      this.events.lost((thrown as Error).message);
      return;
    }
    const state = this.#state;
    this.#state = null;
    if (state) this.update(state);
  }

  #enter(layout: Layout, old: Layout | undefined): void {
    const travels = old?.count === layout.count && this.#frames > 0;
    this.#before = travels ? old.positions : null;
    this.#scene?.setLayout(layout, travels);
    this.#grid = new Grid(layout.positions);
    if (travels) this.#travel.begin(performance.now());
    else this.#travel.stop();
    if (this.#whole || this.#camera?.dimensions !== layout.dimensions) {
      this.#look(this.#camera ? [] : (this.#state?.camera ?? []));
    }
    this.#fresh = true;
  }

  #look(numbers: readonly number[]): void {
    const layout = this.#state?.layout;
    if (!layout) return;
    const same = this.#camera?.numbers() ?? [];
    if (numbers.length && numbers.every((n, i) => n === same[i])) return;
    this.#flight.stop();
    this.#camera = cameraFrom(numbers, layout.dimensions, layout.extents, this.#size);
    this.#whole = numbers.length !== this.#camera.numbers().length;
  }

  #move(camera: Camera): void {
    this.#flight.stop();
    this.#camera = camera;
    this.#whole = false;
    this.#busyUntil = performance.now() + BUSY_MS;
    this.events.camera(camera.numbers());
    this.requestDraw();
  }

  #flyTo(camera: Camera): void {
    this.#flightFrom = this.#camera;
    this.#flightTo = camera;
    this.#whole = false;
    this.#flight.begin(performance.now());
    if (!this.#flight.running) this.#camera = camera;
    this.events.camera(camera.numbers());
    this.requestDraw();
  }

  #zoomNow(): number {
    return this.#camera instanceof FlatCamera
      ? this.#camera.zoom
      : (this.#camera?.numbers()[2] ?? 1);
  }

  #fit(): void {
    const { clientWidth, clientHeight } = this.canvas;
    if (!clientWidth || !clientHeight) return;
    this.#size = { width: clientWidth, height: clientHeight };
    this.#ratio = Math.min(2, devicePixelRatio || 1);
    this.canvas.width = Math.round(clientWidth * this.#ratio);
    this.canvas.height = Math.round(clientHeight * this.#ratio);
    if (this.#whole) this.#look([]);
    // At once: a cleared canvas must not be seen.
    this.#draw(performance.now());
  }

  #shown(): Shown | null {
    const state = this.#state;
    if (!state?.layout || !state.rgba || !this.#grid || !this.#camera) return null;
    return {
      ...state,
      grid: this.#grid,
      camera: this.#camera,
      size: this.#size,
      ratio: this.#ratio,
      travel: this.#travel.at(performance.now()),
      before: this.#before,
      hurried: state.layout.count > HURRY_ABOVE && performance.now() < this.#busyUntil,
    };
  }

  #draw(now: number): void {
    if (this.#flight.running && this.#flightFrom && this.#flightTo) {
      this.#camera = this.#flightFrom.toward(this.#flightTo, this.#flight.at(now));
    }
    const shown = this.#shown();
    if (!shown || !this.#scene || this.canvas.width <= 1) return;
    const images = this.#scene.draw(shown);
    this.#frames += 1;
    if (this.#fresh) {
      this.#fresh = false;
      this.#scene.finish();
      this.events.firstFrame();
    }
    this.events.frame(this.#frames, images);
    if (this.#travel.running || this.#flight.running) this.requestDraw();
    else this.#before = null;
    if (shown.hurried) setTimeout(() => this.requestDraw(), BUSY_MS);
  }

  readonly #visible = (row: number) => this.#state?.rgba[row * 4 + 3] !== 0;

  #pick(x: number, y: number, reach = REACH): number | null {
    const layout = this.#state?.layout;
    if (!layout || !this.#grid || !this.#camera) return null;
    if (this.#camera instanceof FlatCamera) {
      const [px, py] = this.#camera.unproject(x, y, this.#size);
      return this.#grid.nearest(px, py, reach / this.#camera.scale(this.#size), this.#visible);
    }
    const pixels = projectAll(layout.positions, this.#camera.matrix(this.#size), this.#size);
    let best: number | null = null;
    let least = reach * reach;
    for (let row = 0; row < layout.count; row++) {
      const dx = (pixels[row * 2] as number) - x;
      const dy = (pixels[row * 2 + 1] as number) - y;
      const distance = dx * dx + dy * dy;
      if (distance <= least && this.#visible(row)) {
        least = distance;
        best = row;
      }
    }
    return best;
  }
}

/** The colors of a theme, as the style sheet resolves them. */
export function lookOf(element: Element): Look {
  const style = getComputedStyle(element);
  const rgb = (css: string): Rgb => {
    const parts = css.match(/[\d.]+/g)?.map(Number) ?? [];
    return [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0];
  };
  return {
    ground: rgb(style.backgroundColor),
    ink: rgb(style.color),
    accent: rgb(style.accentColor),
  };
}
