/** One chart of curves that grow, drawn on a canvas. */

import { ticksBetween, tickText } from "../../pictures/ticks";
import { isWide, type Line, type Range, rangeOf, smooth } from "./scale";

export interface ChartState {
  lines: readonly Line[];
  /** The last step there will be. */
  end: number;
  /** Steps of snapshots. */
  marks: readonly number[];
  /** The step that is looked at. */
  at: number | null;
  /** The step under the pointer, in any of the charts. */
  hover: number | null;
  /** A range that is always shown, such as 0 to 1. */
  range?: Range;
}

export interface ChartEvents {
  hover: (step: number | null) => void;
  pick: (step: number) => void;
}

const LEFT = 52;
const RIGHT = 12;
const TOP = 8;
const BOTTOM = 22;
const DOT = 3;
const FAINT = 0.35;

interface Look {
  ink: string;
  quiet: string;
  line: string;
  ground: string;
  accent: string;
  font: string;
}

/** Lets lines, ticks and the pointer share one pair of axes. */
interface Axes {
  x: (step: number) => number;
  y: (value: number) => number;
  range: Range;
  wide: boolean;
}

export class Chart {
  readonly canvas = document.createElement("canvas");
  #host: HTMLElement | null = null;
  #state: ChartState | null = null;
  #width = 0;
  #height = 0;
  #pending = 0;
  #resize = new ResizeObserver(() => this.#fit());

  constructor(private readonly events: ChartEvents) {}

  mount(host: HTMLElement): void {
    this.#host = host;
    host.append(this.canvas);
    this.#resize.observe(host);
    this.canvas.addEventListener("pointermove", (event) => {
      this.events.hover(this.#stepAt(event.offsetX));
    });
    this.canvas.addEventListener("pointerleave", () => this.events.hover(null));
    this.canvas.addEventListener("click", (event) => {
      this.events.pick(this.#stepAt(event.offsetX));
    });
    this.#fit();
  }

  update(state: ChartState): void {
    this.#state = state;
    if (this.#pending) return;
    this.#pending = requestAnimationFrame(() => {
      this.#pending = 0;
      this.#draw();
    });
  }

  destroy(): void {
    cancelAnimationFrame(this.#pending);
    this.#resize.disconnect();
    this.canvas.remove();
  }

  #fit(): void {
    const { host, ratio } = { host: this.#host, ratio: Math.min(2, devicePixelRatio || 1) };
    if (!host?.clientWidth) return;
    this.#width = host.clientWidth;
    this.#height = host.clientHeight;
    this.canvas.width = Math.round(this.#width * ratio);
    this.canvas.height = Math.round(this.#height * ratio);
    this.canvas.getContext("2d")?.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#draw();
  }

  #stepAt(x: number): number {
    const share = (x - LEFT) / Math.max(1, this.#width - LEFT - RIGHT);
    return Math.min(1, Math.max(0, share)) * (this.#state?.end ?? 1);
  }

  #axes({ lines, end, range: fixed }: ChartState): Axes | null {
    const wide = isWide(lines);
    const found = rangeOf(lines, fixed);
    if (!found) return null;
    const range = wide ? tight(lines) : found;
    const by = wide ? Math.log10 : (value: number) => value;
    const [low, high] = [by(range.low), by(range.high)];
    const width = this.#width - LEFT - RIGHT;
    const height = this.#height - TOP - BOTTOM;
    return {
      x: (step) => LEFT + (step / Math.max(1, end)) * width,
      y: (value) => TOP + (1 - (by(value) - low) / (high - low || 1)) * height,
      range,
      wide,
    };
  }

  #draw(): void {
    const pen = this.canvas.getContext("2d");
    const state = this.#state;
    if (!pen || !state || !this.#host || this.#width <= 1) return;
    const look = lookOf(this.#host);
    pen.clearRect(0, 0, this.#width, this.#height);
    const axes = this.#axes(state);
    if (!axes) return;
    this.#grid(pen, look, state, axes);
    for (const line of state.lines) this.#line(pen, line, axes);
    this.#pointed(pen, look, state, axes);
  }

  #grid(pen: CanvasRenderingContext2D, look: Look, state: ChartState, axes: Axes): void {
    const foot = this.#height - BOTTOM;
    pen.font = look.font;
    pen.fillStyle = look.quiet;
    pen.strokeStyle = look.line;
    pen.lineWidth = 1;
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    for (const value of levels(axes, Math.max(3, (foot - TOP) / 28))) {
      const y = Math.round(axes.y(value)) + 0.5;
      stroke(pen, LEFT, y, this.#width - RIGHT, y);
      pen.fillText(tickText(value), LEFT - 6, y);
    }
    pen.textAlign = "center";
    pen.textBaseline = "top";
    for (const step of ticksBetween(0, state.end, (this.#width - LEFT) / 90)) {
      const x = axes.x(step);
      const text = tickText(step);
      // The outermost numbers stay inside.
      const half = pen.measureText(text).width / 2;
      pen.fillText(text, Math.min(x, this.#width - half - 1), foot + 6);
    }
    pen.fillStyle = look.quiet;
    for (const step of state.marks) pen.fillRect(Math.round(axes.x(step)) - 0.5, foot, 1, 4);
  }

  #line(pen: CanvasRenderingContext2D, line: Line, axes: Axes): void {
    pen.strokeStyle = line.color;
    pen.fillStyle = line.color;
    pen.lineJoin = "round";
    if (line.noisy) {
      pen.globalAlpha = FAINT;
      pen.lineWidth = 1;
      trace(pen, line.x, line.y, axes);
      pen.globalAlpha = 1;
    }
    pen.lineWidth = 1.75;
    trace(pen, line.x, line.noisy ? smooth(line.y) : line.y, axes);
    if (!line.dotted) return;
    for (let i = 0; i < line.x.length; i++) {
      const value = line.y[i] as number;
      if (Number.isFinite(value)) dot(pen, axes.x(line.x[i] as number), axes.y(value));
    }
  }

  #pointed(pen: CanvasRenderingContext2D, look: Look, state: ChartState, axes: Axes): void {
    const foot = this.#height - BOTTOM;
    if (state.at !== null) {
      pen.strokeStyle = look.accent;
      pen.lineWidth = 1.5;
      const x = Math.round(axes.x(state.at)) + 0.5;
      stroke(pen, x, TOP, x, foot + 4);
    }
    if (state.hover === null) return;
    pen.strokeStyle = look.quiet;
    pen.lineWidth = 1;
    const x = Math.round(axes.x(state.hover)) + 0.5;
    stroke(pen, x, TOP, x, foot);
  }
}

/** A logarithmic axis spans just what is drawn: it has no zero to begin at. */
function tight(lines: readonly Line[]): Range {
  const values = lines.flatMap(({ y }) => y.filter(Number.isFinite));
  return {
    low: values.reduce((a, b) => Math.min(a, b)),
    high: values.reduce((a, b) => Math.max(a, b)),
  };
}

function levels({ range, wide }: Axes, wanted: number): number[] {
  if (!wide) return ticksBetween(range.low, range.high, wanted);
  const [low, high] = [Math.ceil(Math.log10(range.low)), Math.floor(Math.log10(range.high))];
  return Array.from({ length: Math.max(0, high - low + 1) }, (_, i) => 10 ** (low + i));
}

function trace(
  pen: CanvasRenderingContext2D,
  xs: readonly number[],
  ys: readonly number[],
  axes: Axes,
): void {
  pen.beginPath();
  let drawing = false;
  for (let i = 0; i < xs.length; i++) {
    const value = ys[i] as number;
    if (!Number.isFinite(value)) {
      drawing = false;
      continue;
    }
    const [x, y] = [axes.x(xs[i] as number), axes.y(value)];
    if (drawing) pen.lineTo(x, y);
    else pen.moveTo(x, y);
    drawing = true;
  }
  pen.stroke();
}

function stroke(pen: CanvasRenderingContext2D, x: number, y: number, u: number, v: number): void {
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(u, v);
  pen.stroke();
}

function dot(pen: CanvasRenderingContext2D, x: number, y: number): void {
  pen.beginPath();
  pen.arc(x, y, DOT, 0, 2 * Math.PI);
  pen.fill();
}

/** A canvas cannot read the tokens of the theme, but what the page makes of them. */
function lookOf(host: HTMLElement): Look {
  const style = getComputedStyle(host);
  return {
    ink: style.color,
    quiet: style.textDecorationColor,
    line: style.borderTopColor,
    ground: style.backgroundColor,
    accent: style.accentColor,
    font: `${style.fontSize} ${style.fontFamily}`,
  };
}
