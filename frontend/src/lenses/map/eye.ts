/** The camera over time: where it is, whether it shows everything, and its flights. */

import { type Camera, cameraFrom, type Insets, type Size } from "./camera";
import type { Layout } from "./layout";
import { Passage, TRAVEL_MS } from "./motion";
import { reach } from "./scene";

export class Eye {
  camera: Camera | null = null;
  size: Size = { width: 1, height: 1 };
  readonly #flight = new Passage();
  #from: Camera | null = null;
  #to: Camera | null = null;
  #layout: Layout | null = null;
  #insets: Insets = { top: 0, right: 0, bottom: 0, left: 0 };
  /** True while the camera is the one that shows everything, in any window. */
  #whole = true;

  /** The camera for a link: none while it shows everything. */
  numbers(): number[] {
    return this.#whole || !this.camera ? [] : this.camera.numbers();
  }

  get flying(): boolean {
    return this.#flight.running;
  }

  /** Another layout: the camera stays unless it showed everything or looked at other axes. */
  enter(layout: Layout, numbers: readonly number[], ms: number | null, now: number): void {
    this.#layout = layout;
    const first = this.camera === null;
    const same = this.camera?.dimensions === layout.dimensions;
    if (!first && this.#whole && same) {
      this.#glide(layout, now, ms);
      return;
    }
    if (first) this.look(numbers);
    else if (this.#whole || this.camera?.dimensions !== layout.dimensions) this.look([]);
  }

  /** Look as a link says; no numbers show everything. */
  look(numbers: readonly number[]): void {
    if (!this.#layout) return;
    const same = this.camera?.numbers() ?? [];
    if (numbers.length && numbers.every((n, i) => n === same[i])) return;
    this.#flight.stop();
    this.camera = this.#cameraFrom(numbers, this.#layout);
    this.#whole = numbers.length !== this.camera.numbers().length;
  }

  /** Follow the hand. */
  move(camera: Camera): void {
    this.#flight.stop();
    this.camera = camera;
    this.#whole = false;
  }

  fly(camera: Camera, now: number): void {
    this.#from = this.camera;
    this.#to = camera;
    this.#whole = false;
    this.#flight.begin(now);
    if (!this.#flight.running) this.camera = camera;
  }

  /** Fly back to where everything shows. */
  flyHome(now: number): void {
    if (!this.#layout) return;
    this.fly(this.#cameraFrom([], this.#layout), now);
    this.#whole = true;
  }

  /** Keep everything in sight while the map grows under the eye, or takes its last shape. */
  #glide(layout: Layout, now: number, ms: number | null): void {
    this.#from = this.camera;
    this.#to = this.#cameraFrom([], layout);
    this.#flight.begin(now, ms ?? TRAVEL_MS, ms !== null);
    if (!this.#flight.running) this.camera = this.#to;
  }

  /** A camera for a layout; where it shows everything, images at the edges are whole. */
  #cameraFrom(numbers: readonly number[], { dimensions, extents, count }: Layout): Camera {
    const more = reach(this.size, count);
    const { top, right, bottom, left } = this.#insets;
    const free = { top: top + more, right: right + more, bottom: bottom + more, left: left + more };
    return cameraFrom(numbers, dimensions, extents, this.size, free);
  }

  /** What lies over the map has changed; the next layout is fitted to the rest. */
  cover(insets: Insets): void {
    this.#insets = insets;
  }

  resize(size: Size, insets: Insets): void {
    const same = JSON.stringify([size, insets]) === JSON.stringify([this.size, this.#insets]);
    this.size = size;
    this.#insets = insets;
    if (this.#whole && !same) this.look([]);
  }

  /** The camera of this moment. */
  advance(now: number): void {
    if (!this.#flight.running || !this.#from || !this.#to) return;
    this.camera = this.#from.toward(this.#to, this.#flight.at(now));
  }
}
