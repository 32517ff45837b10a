/** The map as one object: mount it, tell it what to show, destroy it. */

import { hasRow, type Mode } from "../../state/selection.svelte";
import { type Camera, inSight } from "./camera";
import type { MapEvents, MapState } from "./contract";
import { Eye } from "./eye";
import { type Hands, listen, type Tool } from "./gestures";
import type { Layout } from "./layout";
import { between, Passage } from "./motion";
import { Outline } from "./outline";
import { Pace } from "./pace";
import { Grid } from "./picking/grid";
import { type Pickable, reachOf, rowAt, rowBeside, rowsWithin } from "./picking/pick";
import { boxCorners } from "./picking/polygon";
import type { Direction } from "./picking/walk";
import { placeOf, Scene, type Shown } from "./scene";
import { Taps } from "./taps";

/** Pixels around the pointer in which a point is meant. */
const REACH = 12;
/** A double click flies to this share of the points. */
const CLUSTER = 0.03;

export class MapView implements Hands {
  readonly canvas = document.createElement("canvas");
  readonly #outline = new Outline();
  readonly #eye = new Eye();
  readonly #travel = new Passage();
  readonly #pace = new Pace(() => this.#requestDraw());
  readonly #resize = new ResizeObserver(() => this.#fit());
  #scene: Scene | null = null;
  #state: MapState | null = null;
  #grid: Grid | null = null;
  #before: Float32Array | null = null;
  readonly #taps = new Taps();
  #ratio = 1;
  #pending = 0;
  #frames = 0;
  #unlisten = () => {};

  constructor(private readonly events: MapEvents) {}

  mount(host: HTMLElement): void {
    host.append(this.canvas);
    this.#outline.mount(host);
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
    if (change.rgba && change.rgba !== old?.rgba) this.#scene.setColors(state.rgba);
    if (change.selected || change.layout) this.#scene.setSelected(state.selected);
    if (change.atlas !== undefined) this.#scene.setAtlas(state.atlas);
    if (change.camera) this.#eye.look(change.camera);
    this.#requestDraw();
  }

  destroy(): void {
    cancelAnimationFrame(this.#pending);
    this.#pace.stop();
    this.#unlisten();
    this.#resize.disconnect();
    this.#scene?.destroy();
    this.#scene = null;
    this.canvas.remove();
    this.#outline.remove();
  }

  get tool(): Tool {
    return this.#state?.tool ?? "lasso";
  }

  /** Bring a row into sight without changing the zoom. */
  reveal(row: number): void {
    const shown = this.#shown();
    if (!shown || row >= shown.layout.count) return;
    if (inSight(placeOf(shown, row), shown.camera, shown.size)) return;
    this.#fly(this.#centered(row, 1));
  }

  // What hands do.

  pan(dx: number, dy: number, slide: boolean): void {
    const { camera, size } = this.#eye;
    if (camera) this.#move(camera.drag(dx, dy, size, slide));
  }

  zoom(factor: number, x: number, y: number): void {
    const { camera, size } = this.#eye;
    if (!camera) return;
    this.#move(camera.zoomAt(factor, x, y, size));
    // Something else lies under a pointer that stays where it is.
    if (this.#state?.hover !== null) this.point(x, y);
  }

  outline(corners: number[] | null): void {
    this.#outline.show(corners);
  }

  enclose(corners: number[], mode: Mode): void {
    const from = this.#pickable();
    if (from) this.events.select(rowsWithin(from, corners), mode);
  }

  tap(x: number, y: number, mode: Mode): void {
    if (this.#state) this.#taps.note(performance.now(), this.#state);
    const row = this.#pick(x, y);
    if (row === null) {
      if (mode === "replace") this.clear();
      return;
    }
    const chosen = this.#state && hasRow(this.#state.selected, row);
    this.events.select([row], mode === "add" && chosen ? "subtract" : mode, row);
  }

  fly(x: number, y: number): void {
    const row = this.#pick(x, y) ?? this.#pick(x, y, 80);
    const layout = this.#state?.layout;
    if (!layout || row === null || !this.#eye.camera) return;
    // The two taps of a double click were not meant as a selection.
    const { selected, primary } = this.#taps.before;
    this.events.select(selected, "replace", primary ?? undefined);
    const zoom = 0.8 / (reachOf(layout, row, CLUSTER) * this.#eye.camera.zoom);
    this.#fly(this.#centered(row, Math.max(1.6, zoom)));
  }

  point(x: number, y: number): void {
    this.events.hover(this.#pick(x, y), x, y);
  }

  leave(): void {
    this.events.hover(null, 0, 0);
  }

  walk(direction: Direction): void {
    const from = this.#pickable();
    if (!from) return;
    const { width, height } = from.size;
    const primary = this.#state?.primary ?? null;
    const row =
      primary === null
        ? rowAt(from, width / 2, height / 2, width)
        : rowBeside(from, primary, direction);
    if (row === null) return;
    this.events.select([row], "replace", row);
    this.reveal(row);
  }

  clear(): void {
    this.events.select([], "replace");
  }

  reset(): void {
    this.#eye.flyHome(performance.now());
    this.events.camera([]);
    this.#requestDraw();
  }

  /** What lies over the map has come or gone: where everything showed, everything shows again. */
  refit(): void {
    this.#fit();
  }

  // What the frame needs.

  #begin(): void {
    try {
      this.#scene = new Scene(this.canvas, () => this.#requestDraw());
    } catch (thrown) {
      this.events.lost((thrown as Error).message);
      return;
    }
    const state = this.#state;
    this.#state = null;
    if (state) this.update({ ...state, camera: this.#eye.numbers() });
  }

  #enter(layout: Layout, old: Layout | undefined): void {
    const now = performance.now();
    const flow = this.#state?.flow ?? null;
    const travels = old?.count === layout.count && this.#frames > 0;
    // Points on their way set off from where they are seen.
    this.#before = travels ? between(this.#before, old.positions, this.#travel.at(now)) : null;
    this.#scene?.setLayout(layout, this.#before);
    this.#grid = new Grid(layout.positions);
    if (!travels) this.#travel.stop();
    else if (flow === null) this.#travel.begin(now);
    else this.#travel.begin(now, flow, true);
    this.#eye.cover(this.events.insets());
    this.#eye.enter(layout, this.#state?.camera ?? [], flow, now);
    if (flow === null && !this.#anythingInSight()) this.reset();
    if (flow === null || !this.#frames) this.#pace.enter();
  }

  #move(camera: Camera): void {
    this.#eye.move(camera);
    this.#pace.touch(performance.now());
    this.events.camera(camera.numbers());
    this.#requestDraw();
  }

  #fly(camera: Camera | null): void {
    if (!camera) return;
    this.#eye.fly(camera, performance.now());
    this.events.camera(camera.numbers());
    this.#requestDraw();
  }

  /** The camera over a row, `zoom` times as near. */
  #centered(row: number, zoom: number): Camera | null {
    const positions = this.#state?.layout.positions;
    if (!positions || !this.#eye.camera) return null;
    const at = (axis: number) => positions[row * 3 + axis] as number;
    return this.#eye.camera.centered(at(0), at(1), at(2), zoom);
  }

  #fit(): void {
    const { clientWidth, clientHeight } = this.canvas;
    if (!clientWidth || !clientHeight) return;
    this.#ratio = Math.min(2, devicePixelRatio || 1);
    this.canvas.width = Math.round(clientWidth * this.#ratio);
    this.canvas.height = Math.round(clientHeight * this.#ratio);
    this.#eye.resize({ width: clientWidth, height: clientHeight }, this.events.insets());
    // At once: a cleared canvas must not be seen.
    this.#draw(performance.now());
  }

  #requestDraw(): void {
    if (this.#pending) return;
    this.#pending = requestAnimationFrame((now) => {
      this.#pending = 0;
      this.#draw(now);
    });
  }

  #draw(now: number): void {
    this.#eye.advance(now);
    const shown = this.#shown();
    if (!shown || !this.#scene || shown.size.width <= 1) return;
    const begun = performance.now();
    const images = this.#scene.draw(shown);
    this.#frames += 1;
    if (this.#pace.timing) {
      this.#scene.finish();
      if (this.#pace.first) this.events.firstFrame();
      this.#pace.time(performance.now() - begun);
      if (this.#pace.timing) this.#requestDraw();
    }
    this.events.frame(this.#frames, images);
    if (this.#travel.running || this.#eye.flying) this.#requestDraw();
    else this.#before = null;
  }

  #shown(): Shown | null {
    const state = this.#state;
    const { camera, size } = this.#eye;
    if (!state?.layout || !state.rgba || !this.#grid || !camera) return null;
    const now = performance.now();
    return {
      ...state,
      grid: this.#grid,
      camera,
      size,
      ratio: this.#ratio,
      travel: this.#travel.at(now),
      before: this.#before,
      sample: this.#pace.sample(state.layout.count, now),
    };
  }

  /** A camera that was kept from another layout may look at nothing. */
  #anythingInSight(): boolean {
    const from = this.#pickable();
    if (!from || from.size.width <= 1 || from.layout.count === 0) return true;
    const { width, height } = from.size;
    return rowsWithin(from, boxCorners(0, 0, width, height)).length > 0;
  }

  #pickable(): Pickable | null {
    const layout = this.#state?.layout;
    const { camera, size } = this.#eye;
    if (!layout || !this.#grid || !camera) return null;
    // What is hidden or filtered out is not meant by any hand.
    const visible = (row: number) => this.#state?.rgba[row * 4 + 3] === 255;
    return { layout, grid: this.#grid, camera, size, visible };
  }

  #pick(x: number, y: number, reach = REACH): number | null {
    const from = this.#pickable();
    return from && rowAt(from, x, y, reach);
  }
}
