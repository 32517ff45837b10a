/** What hands do on the map: drags, wheels, taps, pinches and keys, told apart. */

import type { Mode } from "../../state/selection.svelte";
import { boxCorners } from "./picking/polygon";
import type { Direction } from "./picking/walk";

export type Tool = "lasso" | "box" | "pan";

/** What the map can do when asked by hand. */
export interface Hands {
  readonly tool: Tool;
  pan(dx: number, dy: number, slide: boolean): void;
  zoom(factor: number, x: number, y: number): void;
  outline(corners: number[] | null): void;
  enclose(corners: number[], mode: Mode): void;
  tap(x: number, y: number, mode: Mode): void;
  fly(x: number, y: number): void;
  point(x: number, y: number): void;
  leave(): void;
  walk(direction: Direction): void;
  clear(): void;
  reset(): void;
}

/** A press that moves less than this, in pixels, is a tap. */
const STILL = 4;
const ARROWS: Record<string, Direction> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

function modeOf(event: { shiftKey: boolean; altKey: boolean }): Mode {
  if (event.altKey) return "subtract";
  return event.shiftKey ? "add" : "replace";
}

interface Press {
  action: "pan" | "slide" | "lasso" | "box";
  start: [number, number];
  last: [number, number];
  corners: number[];
  moved: boolean;
}

/** Listen on an element; the returned function stops it. */
export function listen(element: HTMLElement, hands: Hands): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const touches = new Map<number, [number, number]>();
  let press: Press | null = null;
  let spaceHeld = false;

  const at = (event: MouseEvent): [number, number] => {
    const box = element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const on = <K extends keyof HTMLElementEventMap>(
    type: K,
    handle: (event: HTMLElementEventMap[K]) => void,
    options: AddEventListenerOptions = {},
  ) => element.addEventListener(type, handle, { signal, ...options });

  const drop = () => {
    press = null;
    hands.outline(null);
  };

  on("pointerdown", (event) => {
    const place = at(event);
    if (event.pointerType === "touch") touches.set(event.pointerId, place);
    element.setPointerCapture(event.pointerId);
    if (touches.size > 1) return drop();
    const pans = event.button === 1 || spaceHeld || hands.tool === "pan";
    const action = event.button === 2 ? "slide" : pans ? "pan" : (hands.tool as "lasso" | "box");
    press = { action, start: place, last: place, corners: [...place], moved: false };
    if (event.button !== 0) event.preventDefault();
  });

  on("pointermove", (event) => {
    const place = at(event);
    const before = touches.get(event.pointerId);
    if (before) touches.set(event.pointerId, place);
    if (touches.size === 2 && before) return pinch(before, place, event.pointerId);
    if (!press) return hands.point(...place);
    const [dx, dy] = [place[0] - press.last[0], place[1] - press.last[1]];
    if (!press.moved) {
      if (Math.hypot(place[0] - press.start[0], place[1] - press.start[1]) < STILL) return;
      press.moved = true;
      hands.leave();
    }
    press.last = place;
    if (press.action === "pan" || press.action === "slide") {
      hands.pan(dx, dy, press.action === "slide");
    } else {
      const [x0, y0] = press.start;
      const [x1, y1] = place;
      if (press.action === "box") press.corners = boxCorners(x0, y0, x1, y1);
      else if (Math.hypot(dx, dy) >= 1) press.corners.push(x1, y1);
      hands.outline(press.corners);
    }
  });

  on("pointerup", (event) => {
    touches.delete(event.pointerId);
    const ended = press;
    drop();
    if (!ended) return;
    if (!ended.moved) {
      if (event.button === 0) hands.tap(...at(event), modeOf(event));
    } else if (ended.action === "lasso" || ended.action === "box") {
      hands.enclose(ended.corners, modeOf(event));
    }
  });

  on("pointercancel", (event) => {
    touches.delete(event.pointerId);
    drop();
  });
  on("pointerleave", (event) => {
    // A finger that is lifted leaves what it tapped to be read.
    if (!press && event.pointerType !== "touch") hands.leave();
  });
  on("dblclick", (event) => hands.fly(...at(event)));
  on("contextmenu", (event) => event.preventDefault());
  on(
    "wheel",
    (event) => {
      event.preventDefault();
      // Lines and pages to pixels; a trackpad's pinch arrives as a fine ctrl-wheel.
      const unit = [1, 16, 400][event.deltaMode] ?? 1;
      const speed = event.ctrlKey ? 0.01 : 0.0015;
      const turn = Math.max(-240, Math.min(240, event.deltaY * unit));
      hands.zoom(Math.exp(-turn * speed), ...at(event));
    },
    { passive: false },
  );

  on("keydown", (event) => {
    const arrow = ARROWS[event.key];
    const middle = [element.clientWidth / 2, element.clientHeight / 2] as const;
    if (event.ctrlKey || event.metaKey) return;
    if (arrow) hands.walk(arrow);
    else if (event.key === "+" || event.key === "=") hands.zoom(1.4, ...middle);
    else if (event.key === "-") hands.zoom(1 / 1.4, ...middle);
    else if (event.key === "0" || event.key === "Home") hands.reset();
    else if (event.key === "Escape" && press) drop();
    else if (event.key === "Escape") hands.clear();
    else if (event.key === " ") spaceHeld = true;
    else return;
    event.preventDefault();
  });
  on("keyup", (event) => {
    if (event.key === " ") spaceHeld = false;
  });
  on("blur", () => {
    spaceHeld = false;
  });

  /** Two fingers: what was under them stays under them. */
  function pinch(before: [number, number], now: [number, number], id: number): void {
    for (const [other, [x, y]] of touches) {
      if (other === id) continue;
      const [was, is] = [
        Math.hypot(before[0] - x, before[1] - y),
        Math.hypot(now[0] - x, now[1] - y),
      ];
      if (was > 0) hands.zoom(is / was, (now[0] + x) / 2, (now[1] + y) / 2);
      hands.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2, true);
    }
  }

  return () => stop.abort();
}
