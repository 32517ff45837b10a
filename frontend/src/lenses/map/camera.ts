/**
 * Where one looks from. Layouts are normalized to [-1, 1], so that a camera means the same on
 * every layout and in every window: at zoom 1 that square fills the window's shorter side.
 */

import { type Matrix, multiply, perspective, rotation, translation } from "./matrix";

export interface Size {
  width: number;
  height: number;
}

/** What is covered at each side of the window, in pixels. */
export interface Insets {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** Half the extents of a layout along its axes, each at most 1. */
export type Extents = readonly [number, number, number];

const MARGIN = 0.92;
const ZOOMS = [0.2, 4000] as const;
const FOV = (40 * Math.PI) / 180;

export interface Camera {
  readonly dimensions: 2 | 3;
  readonly zoom: number;
  matrix(size: Size): Matrix;
  /** The camera as numbers, for a link. */
  numbers(): number[];
  zoomAt(factor: number, x: number, y: number, size: Size): Camera;
  /** Drag by pixels: pans in 2D; in 3D turns, or pans with `slide`. */
  drag(dx: number, dy: number, size: Size, slide: boolean): Camera;
  /** The camera between this one (0) and another of its kind (1). */
  toward(other: Camera, t: number): Camera;
  /** The same view, centered on a point and `zoom` times as near. */
  centered(x: number, y: number, z: number, zoom: number): Camera;
}

const clampZoom = (zoom: number) => Math.min(ZOOMS[1], Math.max(ZOOMS[0], zoom));
const mix = (a: number, b: number, t: number) => a + (b - a) * t;
/** Zooming looks even when its logarithm is. */
const mixZoom = (a: number, b: number, t: number) => Math.exp(mix(Math.log(a), Math.log(b), t));

export class FlatCamera implements Camera {
  readonly dimensions = 2;

  constructor(
    readonly x: number,
    readonly y: number,
    readonly zoom: number,
  ) {}

  /** The whole layout, as large as the uncovered part of the window allows, in its middle. */
  static fit([ex, ey]: Extents, size: Size, insets: Insets): FlatCamera {
    const width = Math.max(size.width / 4, size.width - insets.left - insets.right);
    const height = Math.max(size.height / 4, size.height - insets.top - insets.bottom);
    const room = Math.min(width / Math.max(ex, 1e-3), height / Math.max(ey, 1e-3));
    const zoom = clampZoom((room / Math.min(size.width, size.height)) * MARGIN);
    const scale = new FlatCamera(0, 0, zoom).scale(size);
    const [x, y] = [insets.right - insets.left, insets.top - insets.bottom];
    return new FlatCamera(x / 2 / scale, y / 2 / scale, zoom);
  }

  /** Pixels per unit of the layout. */
  scale({ width, height }: Size): number {
    return (this.zoom * Math.min(width, height)) / 2;
  }

  matrix(size: Size): Matrix {
    const scale = this.scale(size);
    const [sx, sy] = [(2 * scale) / size.width, (2 * scale) / size.height];
    return new Float32Array([
      ...[sx, 0, 0, 0],
      ...[0, sy, 0, 0],
      ...[0, 0, 0, 0],
      ...[-this.x * sx, -this.y * sy, 0, 1],
    ]);
  }

  /** The layout's point under a pixel (origin at the top left). */
  unproject(px: number, py: number, size: Size): [number, number] {
    const scale = this.scale(size);
    return [this.x + (px - size.width / 2) / scale, this.y - (py - size.height / 2) / scale];
  }

  zoomAt(factor: number, px: number, py: number, size: Size): FlatCamera {
    const zoom = clampZoom(this.zoom * factor);
    const [x, y] = this.unproject(px, py, size);
    const kept = this.zoom / zoom;
    return new FlatCamera(x + (this.x - x) * kept, y + (this.y - y) * kept, zoom);
  }

  drag(dx: number, dy: number, size: Size): FlatCamera {
    const scale = this.scale(size);
    return new FlatCamera(this.x - dx / scale, this.y + dy / scale, this.zoom);
  }

  toward(other: FlatCamera, t: number): FlatCamera {
    const zoom = mixZoom(this.zoom, other.zoom, t);
    // Move as the zoom goes, so that the target does not swing out of sight on the way in.
    const share =
      Math.abs(other.zoom / this.zoom - 1) < 1e-6
        ? t
        : (1 / this.zoom - 1 / zoom) / (1 / this.zoom - 1 / other.zoom);
    return new FlatCamera(mix(this.x, other.x, share), mix(this.y, other.y, share), zoom);
  }

  centered(x: number, y: number, _z: number, zoom: number): FlatCamera {
    return new FlatCamera(x, y, clampZoom(this.zoom * zoom));
  }

  numbers(): number[] {
    return [this.x, this.y, this.zoom];
  }
}

export class OrbitCamera implements Camera {
  readonly dimensions = 3;

  constructor(
    readonly yaw: number,
    readonly pitch: number,
    readonly zoom: number,
    readonly target: readonly [number, number, number] = [0, 0, 0],
  ) {}

  static fit(): OrbitCamera {
    return new OrbitCamera(0.6, 0.35, 1);
  }

  get distance(): number {
    return 1.25 / Math.tan(FOV / 2) / this.zoom;
  }

  matrix({ width, height }: Size): Matrix {
    const aspect = width / height;
    // The field of view belongs to the shorter side, as in 2D.
    const fov = aspect >= 1 ? FOV : 2 * Math.atan(Math.tan(FOV / 2) / aspect);
    const lens = perspective(fov, aspect, this.distance * 0.01, this.distance + 8);
    const [x, y, z] = this.target;
    const turned = multiply(rotation(this.yaw, this.pitch), translation(-x, -y, -z));
    return multiply(lens, multiply(translation(0, 0, -this.distance), turned));
  }

  zoomAt(factor: number): OrbitCamera {
    return new OrbitCamera(this.yaw, this.pitch, clampZoom(this.zoom * factor), this.target);
  }

  drag(dx: number, dy: number, { width, height }: Size, slide: boolean): OrbitCamera {
    if (!slide) {
      const turn = Math.PI / Math.min(width, height);
      const pitch = Math.min(1.55, Math.max(-1.55, this.pitch + dy * turn));
      return new OrbitCamera(this.yaw + dx * turn, pitch, this.zoom, this.target);
    }
    const unit = (2 * this.distance * Math.tan(FOV / 2)) / Math.min(width, height);
    const r = rotation(this.yaw, this.pitch);
    // The rows of the rotation are the window's axes in the layout.
    const moved = this.target.map(
      (value, axis) =>
        value - (r[axis * 4] as number) * dx * unit + (r[axis * 4 + 1] as number) * dy * unit,
    ) as [number, number, number];
    return new OrbitCamera(this.yaw, this.pitch, this.zoom, moved);
  }

  toward(other: OrbitCamera, t: number): OrbitCamera {
    const target = this.target.map((v, i) => mix(v, other.target[i] as number, t));
    return new OrbitCamera(
      mix(this.yaw, other.yaw, t),
      mix(this.pitch, other.pitch, t),
      mixZoom(this.zoom, other.zoom, t),
      target as [number, number, number],
    );
  }

  centered(x: number, y: number, z: number, zoom: number): OrbitCamera {
    return new OrbitCamera(this.yaw, this.pitch, clampZoom(this.zoom * zoom), [x, y, z]);
  }

  numbers(): number[] {
    return [this.yaw, this.pitch, this.zoom, ...this.target];
  }
}

/** The camera that a link names, or the whole layout when it names none that fits. */
export function cameraFrom(
  numbers: readonly number[],
  dimensions: 2 | 3,
  extents: Extents,
  size: Size,
  insets: Insets,
): Camera {
  const n = numbers as number[];
  if (dimensions === 2 && n.length === 3 && n.every(Number.isFinite) && (n[2] as number) > 0) {
    return new FlatCamera(n[0] as number, n[1] as number, clampZoom(n[2] as number));
  }
  if (dimensions === 3 && n.length === 6 && n.every(Number.isFinite) && (n[2] as number) > 0) {
    const [yaw, pitch, zoom, x, y, z] = n as [number, number, number, number, number, number];
    return new OrbitCamera(yaw, pitch, clampZoom(zoom), [x, y, z]);
  }
  return dimensions === 2 ? FlatCamera.fit(extents, size, insets) : OrbitCamera.fit();
}

// biome-ignore format: sixteen numbers, four a line
type Sixteen = [
  number, number, number, number,
  number, number, number, number,
  number, number, number, number,
  number, number, number, number,
];

/** Positions (x, y, z each) to pixels (x, y each); points behind the eye become NaN. */
export function projectAll(positions: Float32Array, matrix: Matrix, size: Size): Float32Array {
  const m = Array.from(matrix) as Sixteen;
  const count = positions.length / 3;
  const out = new Float32Array(count * 2);
  const [hw, hh] = [size.width / 2, size.height / 2];
  for (let n = 0; n < count; n++) {
    const x = positions[n * 3] as number;
    const y = positions[n * 3 + 1] as number;
    const z = positions[n * 3 + 2] as number;
    const w = m[3] * x + m[7] * y + m[11] * z + m[15];
    const px = m[0] * x + m[4] * y + m[8] * z + m[12];
    const py = m[1] * x + m[5] * y + m[9] * z + m[13];
    out[n * 2] = w > 0 ? hw + (px / w) * hw : Number.NaN;
    out[n * 2 + 1] = w > 0 ? hh - (py / w) * hh : Number.NaN;
  }
  return out;
}

/** Whether a place shows, not too close to the edge of the window. */
export function inSight(place: readonly number[], camera: Camera, size: Size): boolean {
  const pixel = projectAll(new Float32Array(place), camera.matrix(size), size);
  const [x = Number.NaN, y = Number.NaN] = pixel;
  return x > EDGE && y > EDGE && x < size.width - EDGE && y < size.height - EDGE;
}

/** Pixels. */
const EDGE = 24;
