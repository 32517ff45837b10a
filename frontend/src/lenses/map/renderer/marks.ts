/** The few things drawn over the points: rings around rows, lines between them. */

import type { Rgb } from "../../../color/palette";
import { floats, type Gl, link, type Program, type View } from "./gl";

const RING_VERTEX = `
layout(location = 0) in vec3 a_position;
layout(location = 1) in vec4 a_color;
layout(location = 2) in vec2 a_shape; // diameter and width, device pixels
uniform mat4 u_matrix;
out vec4 v_color;
out vec2 v_shape;
void main() {
  gl_Position = u_matrix * vec4(a_position, 1.0);
  gl_Position.z = 0.0;
  gl_PointSize = a_shape.x + 4.0;
  v_color = a_color;
  v_shape = a_shape;
}`;

const RING_FRAGMENT = `
in vec4 v_color;
in vec2 v_shape;
uniform vec3 u_ground;
out vec4 color;
void main() {
  float away = length(gl_PointCoord - 0.5) * (v_shape.x + 4.0);
  float ring = abs(away - (v_shape.x - v_shape.y) * 0.5) - v_shape.y * 0.5;
  float ink = clamp(0.5 - ring, 0.0, 1.0);
  // A hairline of the ground on both sides keeps the ring readable on any color.
  float halo = clamp(1.7 - ring, 0.0, 1.0);
  color = vec4(mix(u_ground, v_color.rgb, ink), max(ink, halo * 0.8) * v_color.a);
}`;

// Lines of their own width, since WebGL's are one device pixel wide whatever one asks for.
const LINE_VERTEX = `
layout(location = 0) in vec3 a_position;
layout(location = 1) in vec3 a_other;
layout(location = 2) in float a_side; // -1 or 1: to which side of the line
uniform mat4 u_matrix;
uniform vec2 u_window; // device pixels
uniform float u_width;
void main() {
  vec4 here = u_matrix * vec4(a_position, 1.0);
  vec4 there = u_matrix * vec4(a_other, 1.0);
  vec2 along = (there.xy / there.w - here.xy / here.w) * u_window;
  vec2 across = vec2(-along.y, along.x) / max(length(along), 1e-6);
  gl_Position = here;
  gl_Position.xy += across * a_side * u_width / u_window * here.w;
}`;

const LINE_FRAGMENT = `
uniform vec4 u_color;
out vec4 color;
void main() { color = u_color; }`;

type Place = readonly [number, number, number];
export type Pair = readonly [Place, Place];

export interface Ring {
  at: Place;
  color: Rgb;
  /** Outer diameter and stroke, device pixels. */
  diameter: number;
  stroke: number;
}

export interface Stroke {
  color: Rgb;
  opacity: number;
  /** Device pixels. */
  width: number;
}

const RING_FLOATS = 9;
const LINE_FLOATS = 7;

export class Marks {
  readonly #rings: Program;
  readonly #lines: Program;
  readonly #ringArray: WebGLVertexArrayObject;
  readonly #lineArray: WebGLVertexArrayObject;
  readonly #ringBuffer: WebGLBuffer;
  readonly #lineBuffer: WebGLBuffer;

  constructor(private readonly gl: Gl) {
    this.#rings = link(gl, RING_VERTEX, RING_FRAGMENT);
    this.#lines = link(gl, LINE_VERTEX, LINE_FRAGMENT);
    this.#ringArray = gl.createVertexArray();
    this.#lineArray = gl.createVertexArray();
    this.#ringBuffer = gl.createBuffer();
    this.#lineBuffer = gl.createBuffer();
    gl.bindVertexArray(this.#ringArray);
    floats(gl, this.#ringBuffer, 0, 3, RING_FLOATS * 4, 0);
    floats(gl, this.#ringBuffer, 1, 4, RING_FLOATS * 4, 12);
    floats(gl, this.#ringBuffer, 2, 2, RING_FLOATS * 4, 28);
    gl.bindVertexArray(this.#lineArray);
    floats(gl, this.#lineBuffer, 0, 3, LINE_FLOATS * 4, 0);
    floats(gl, this.#lineBuffer, 1, 3, LINE_FLOATS * 4, 12);
    floats(gl, this.#lineBuffer, 2, 1, LINE_FLOATS * 4, 24);
    gl.bindVertexArray(null);
  }

  drawRings(view: View, rings: readonly Ring[], ground: Rgb): void {
    if (!rings.length) return;
    const { gl } = this;
    const data = rings.flatMap(({ at, color, diameter, stroke }) => [
      ...at,
      ...color.map((c) => c / 255),
      1,
      diameter,
      stroke,
    ]);
    gl.useProgram(this.#rings.program);
    gl.uniformMatrix4fv(this.#rings.uniform("u_matrix"), false, view.matrix);
    gl.uniform3fv(
      this.#rings.uniform("u_ground"),
      ground.map((c) => c / 255),
    );
    gl.bindVertexArray(this.#ringArray);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#ringBuffer);
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array(data), gl.STREAM_DRAW);
    gl.drawArrays(gl.POINTS, 0, rings.length);
    gl.bindVertexArray(null);
  }

  /** Lines between pairs of places. */
  drawLines(view: View, pairs: readonly Pair[], { color, opacity, width }: Stroke): void {
    if (!pairs.length) return;
    const { gl } = this;
    gl.useProgram(this.#lines.program);
    gl.uniformMatrix4fv(this.#lines.uniform("u_matrix"), false, view.matrix);
    gl.uniform4f(
      this.#lines.uniform("u_color"),
      color[0] / 255,
      color[1] / 255,
      color[2] / 255,
      opacity,
    );
    gl.uniform2f(this.#lines.uniform("u_window"), view.width, view.height);
    gl.uniform1f(this.#lines.uniform("u_width"), width);
    gl.bindVertexArray(this.#lineArray);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#lineBuffer);
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array(pairs.flatMap(corners)), gl.STREAM_DRAW);
    gl.drawArrays(gl.TRIANGLES, 0, pairs.length * 6);
    gl.bindVertexArray(null);
  }
}

/** Two triangles along a line; from its other end, the sides are the other way round. */
function corners([a, b]: Pair): number[] {
  const [left, right] = [
    [...a, ...b, 1],
    [...a, ...b, -1],
  ];
  const [farLeft, farRight] = [
    [...b, ...a, -1],
    [...b, ...a, 1],
  ];
  return [left, right, farLeft, farLeft, right, farRight].flat();
}
