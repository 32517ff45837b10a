/** Points as gl.POINTS: round, colored, traveling from layout to layout. */

import type { Layout } from "../layout";
import { drawingOrder } from "../layout";
import { floats, type Gl, link, type Program, type View } from "./gl";

const VERTEX = `
layout(location = 0) in vec3 a_from;
layout(location = 1) in vec3 a_to;
layout(location = 2) in vec4 a_color;
uniform mat4 u_matrix;
uniform float u_travel, u_size, u_depth;
out vec3 v_color;
out float v_size, v_strength;
void main() {
  gl_Position = u_matrix * vec4(mix(a_from, a_to, u_travel), 1.0);
  v_size = u_depth > 0.0 ? clamp(u_size * u_depth / gl_Position.w, 1.0, 64.0) : u_size;
  // What is filtered out is small and faint.
  v_strength = a_color.a;
  if (v_strength < 1.0) v_size = max(1.0, v_size * 0.7);
  // Hidden points go where nothing is drawn.
  if (a_color.a == 0.0) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
  gl_PointSize = v_size + 1.0;
  v_color = a_color.rgb;
}`;

const FRAGMENT = `
in vec3 v_color;
in float v_size, v_strength;
uniform float u_opacity, u_solid;
out vec4 color;
void main() {
  float radius = v_size * 0.5;
  float away = length(gl_PointCoord - 0.5) * (v_size + 1.0);
  float cover = v_size < 2.5 ? 1.0 : clamp(radius + 0.5 - away, 0.0, 1.0);
  // A slightly darker rim keeps light colors apart on a light ground.
  float rim = v_size < 5.0 ? 0.0 : 0.22 * smoothstep(radius - 1.6, radius - 0.4, away);
  if (u_solid > 0.5 && cover < 0.5) discard;
  color = vec4(v_color * (1.0 - rim), cover * u_opacity * v_strength);
}`;

export interface PointStyle {
  /** Diameter in device pixels. */
  size: number;
  opacity: number;
  /** How far the points have come from the layout before, 0 to 1. */
  travel: number;
}

export class Points {
  readonly #program: Program;
  readonly #array: WebGLVertexArrayObject;
  readonly #colors: WebGLBuffer;
  readonly #selected: WebGLBuffer;
  readonly #from: WebGLBuffer;
  readonly #to: WebGLBuffer;
  #order: Uint32Array = new Uint32Array(0);
  #place: Uint32Array = new Uint32Array(0);
  #selectedCount = 0;

  constructor(private readonly gl: Gl) {
    this.#program = link(gl, VERTEX, FRAGMENT);
    this.#array = gl.createVertexArray();
    [this.#colors, this.#selected, this.#from, this.#to] = [
      gl.createBuffer(),
      gl.createBuffer(),
      gl.createBuffer(),
      gl.createBuffer(),
    ];
  }

  get count(): number {
    return this.#order.length;
  }

  /** Show a layout; its points come from the given places, if there are any. */
  setLayout(layout: Layout, from: Float32Array | null): void {
    const { gl } = this;
    if (this.#order.length !== layout.count) {
      this.#order = drawingOrder(layout.count);
      this.#place = new Uint32Array(layout.count);
      for (let i = 0; i < layout.count; i++) this.#place[this.#order[i] as number] = i;
      this.setSelected(new Int32Array(0));
    }
    this.#fill(this.#to, layout.positions);
    if (from) this.#fill(this.#from, from);
    gl.bindVertexArray(this.#array);
    floats(gl, from ? this.#from : this.#to, 0, 3);
    floats(gl, this.#to, 1, 3);
    gl.bindVertexArray(null);
  }

  /** Places of all rows, in drawing order. */
  #fill(buffer: WebGLBuffer, places: Float32Array): void {
    const ordered = new Float32Array(this.#order.length * 3);
    for (let i = 0; i < this.#order.length; i++) {
      const row = (this.#order[i] as number) * 3;
      ordered[i * 3] = places[row] as number;
      ordered[i * 3 + 1] = places[row + 1] as number;
      ordered[i * 3 + 2] = places[row + 2] as number;
    }
    this.gl.bindBuffer(this.gl.ARRAY_BUFFER, buffer);
    this.gl.bufferData(this.gl.ARRAY_BUFFER, ordered, this.gl.STATIC_DRAW);
  }

  /** Red, green, blue and visibility of each row. */
  setColors(rgba: Uint8Array): void {
    const { gl } = this;
    const source = new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.length / 4);
    const ordered = new Uint32Array(this.#order.length);
    for (let i = 0; i < ordered.length; i++)
      ordered[i] = source[this.#order[i] as number] as number;
    gl.bindVertexArray(this.#array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#colors);
    gl.bufferData(gl.ARRAY_BUFFER, ordered, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(2);
    gl.vertexAttribPointer(2, 4, gl.UNSIGNED_BYTE, true, 0, 0);
    gl.bindVertexArray(null);
  }

  setSelected(rows: Int32Array): void {
    const { gl } = this;
    const places = new Uint32Array(rows.length);
    for (let i = 0; i < rows.length; i++) places[i] = this.#place[rows[i] as number] ?? 0;
    this.#selectedCount = places.length;
    gl.bindVertexArray(this.#array);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.#selected);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, places, gl.STATIC_DRAW);
    gl.bindVertexArray(null);
  }

  /** Draw the first `count` points of the random order: all, or a fair sample. */
  draw(view: View, style: PointStyle, count: number): void {
    this.#prepare(view, style);
    this.gl.drawArrays(this.gl.POINTS, 0, Math.min(count, this.count));
    this.gl.bindVertexArray(null);
  }

  drawSelected(view: View, style: PointStyle): void {
    if (!this.#selectedCount) return;
    this.#prepare(view, style);
    this.gl.drawElements(this.gl.POINTS, this.#selectedCount, this.gl.UNSIGNED_INT, 0);
    this.gl.bindVertexArray(null);
  }

  #prepare(view: View, style: PointStyle): void {
    const { gl } = this;
    const { program, uniform } = this.#program;
    gl.useProgram(program);
    gl.uniformMatrix4fv(uniform("u_matrix"), false, view.matrix);
    gl.uniform1f(uniform("u_travel"), style.travel);
    gl.uniform1f(uniform("u_size"), style.size);
    gl.uniform1f(uniform("u_opacity"), style.opacity);
    gl.uniform1f(uniform("u_depth"), view.depth);
    gl.uniform1f(uniform("u_solid"), view.depth > 0 ? 1 : 0);
    gl.bindVertexArray(this.#array);
  }
}
