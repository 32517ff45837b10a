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

const LINE_VERTEX = `
layout(location = 0) in vec3 a_position;
uniform mat4 u_matrix;
void main() { gl_Position = u_matrix * vec4(a_position, 1.0); }`;

const LINE_FRAGMENT = `
uniform vec4 u_color;
out vec4 color;
void main() { color = u_color; }`;

export interface Ring {
  at: readonly [number, number, number];
  color: Rgb;
  /** Outer diameter and stroke, device pixels. */
  diameter: number;
  stroke: number;
}

const FLOATS = 9;

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
    floats(gl, this.#ringBuffer, 0, 3, FLOATS * 4, 0);
    floats(gl, this.#ringBuffer, 1, 4, FLOATS * 4, 12);
    floats(gl, this.#ringBuffer, 2, 2, FLOATS * 4, 28);
    gl.bindVertexArray(this.#lineArray);
    floats(gl, this.#lineBuffer, 0, 3);
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

  /** Hairlines between pairs of places (x, y, z each). */
  drawLines(view: View, places: readonly number[], color: Rgb, opacity: number): void {
    if (!places.length) return;
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
    gl.bindVertexArray(this.#lineArray);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#lineBuffer);
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array(places), gl.STREAM_DRAW);
    gl.drawArrays(gl.LINES, 0, places.length / 3);
    gl.bindVertexArray(null);
  }
}
