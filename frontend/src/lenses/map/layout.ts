/** Points of a projection, made ready for the eye: centered, to scale, in a fair drawing order. */

import type { NumericArray } from "../../api/arrays";
import { asFloat32 } from "../../api/arrays";
import type { Extents } from "./camera";

export interface Layout {
  count: number;
  dimensions: 2 | 3;
  /** x, y, z of each row in [-1, 1], one scale for all axes; NaN where a row has no place. */
  positions: Float32Array;
  extents: Extents;
}

/** Lowest and highest coordinates of the axes: the window that several maps share. */
export type Frame = readonly [readonly number[], readonly number[]];

/** The frame that a projection asks to be seen in; null where it fills its own. */
export function frameIn(meta: Record<string, unknown>): Frame | null {
  const { frame } = meta;
  const corners = Array.isArray(frame) && frame.length === 2 ? (frame as unknown[]) : [];
  const numbers = corners.every((c) => Array.isArray(c) && c.every(Number.isFinite));
  return corners.length && numbers ? (corners as unknown as Frame) : null;
}

/** Center and scale the points (N x 2 or N x 3) of a projection, by a frame where one is given. */
export function layoutOf({ shape, data }: NumericArray, frame: Frame | null = null): Layout {
  const [count, dimensions] = shape;
  if (shape.length !== 2 || count === undefined || (dimensions !== 2 && dimensions !== 3)) {
    throw new Error(`A map needs points of 2 or 3 axes, but this array is ${shape.join(" x ")}.`);
  }
  const points = asFloat32(data);
  const fits = frame?.every((corner) => corner.length === dimensions);
  const low = fits && frame ? [...frame[0], Infinity].slice(0, 3) : [Infinity, Infinity, Infinity];
  const high = fits && frame ? [...frame[1], -Infinity].slice(0, 3) : low.map((l) => -l);
  for (let axis = 0; axis < dimensions && !fits; axis++) {
    for (let i = axis; i < points.length; i += dimensions) {
      const value = points[i] as number;
      if (!Number.isFinite(value)) continue;
      if (value < (low[axis] as number)) low[axis] = value;
      if (value > (high[axis] as number)) high[axis] = value;
    }
  }
  // An axis on which no row has a place is flat, at zero.
  const flat = low.map((value) => !Number.isFinite(value));
  const half = low.map((l, axis) => (flat[axis] ? 0 : ((high[axis] as number) - l) / 2));
  const middle = low.map((l, axis) => (flat[axis] ? 0 : l + (half[axis] as number)));
  const scale = 1 / (Math.max(...half) || 1);

  const positions = new Float32Array(count * 3);
  for (let row = 0; row < count; row++) {
    for (let axis = 0; axis < dimensions; axis++) {
      const value = points[row * dimensions + axis] as number;
      const place = Number.isFinite(value)
        ? (value - (middle[axis] as number)) * scale
        : Number.NaN;
      positions[row * 3 + axis] = place;
    }
  }
  const extents = half.map((h) => h * scale);
  // What lies outside of a given frame is still to be seen.
  if (fits) {
    for (let i = 0; i < positions.length; i++) {
      const reach = Math.abs(positions[i] as number);
      if (reach > (extents[i % 3] as number)) extents[i % 3] = reach;
    }
  }
  return { count, dimensions, positions, extents: extents as unknown as Extents };
}

/**
 * A seeded order of the rows. Drawn in row order, a dataset that is sorted by class would bury
 * its first classes under its last; and the first part of a random order is a fair sample.
 */
export function drawingOrder(count: number): Uint32Array {
  const order = new Uint32Array(count);
  let state = 0x9e3779b9;
  for (let i = 0; i < count; i++) {
    // mulberry32: small, and good enough to shuffle.
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    const j = Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * (i + 1));
    order[i] = order[j] as number;
    order[j] = i;
  }
  return order;
}
