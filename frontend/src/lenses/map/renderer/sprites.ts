/** Images in the place of points: instanced quads over the sprite pages. */

import type { Rgb } from "../../../color/palette";
import type { Atlas } from "./atlas";
import { floats, type Gl, link, type Program, type View } from "./gl";

const VERTEX = `
layout(location = 0) in vec3 a_position;
layout(location = 1) in vec3 a_sprite; // left, top, layer
layout(location = 2) in vec4 a_frame;  // color and opacity
layout(location = 3) in float a_size;  // device pixels
uniform mat4 u_matrix;
uniform vec2 u_viewport, u_page;
uniform float u_cell, u_depth, u_border;
out vec3 v_sprite;
out vec2 v_corner;
out vec4 v_frame;
out float v_border;
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  gl_Position = u_matrix * vec4(a_position, 1.0);
  float size = u_depth > 0.0 ? a_size * clamp(u_depth / gl_Position.w, 0.5, 2.0) : a_size;
  float side = size + 2.0 * u_border;
  // Whole device pixels keep small images crisp.
  vec2 center = gl_Position.xy / gl_Position.w;
  vec2 pixel = floor((center * 0.5 + 0.5) * u_viewport - side * 0.5) + corner * side;
  gl_Position.xy = (pixel / u_viewport * 2.0 - 1.0) * gl_Position.w;
  v_border = u_border / side;
  v_corner = vec2(corner.x, 1.0 - corner.y);
  v_sprite = a_sprite;
  v_frame = a_frame;
}`;

const FRAGMENT = `
precision highp sampler2DArray;
in vec3 v_sprite;
in vec2 v_corner;
in vec4 v_frame;
in float v_border;
uniform sampler2DArray u_pages;
uniform vec2 u_page;
uniform float u_cell;
out vec4 color;
void main() {
  vec2 inner = (v_corner - v_border) / (1.0 - 2.0 * v_border);
  vec2 inside = step(0.0, inner) * step(inner, vec2(1.0));
  // Half a texel in from the edge: the neighbor in the atlas must not bleed in.
  vec2 texel = clamp(inner * u_cell, 0.5, u_cell - 0.5);
  vec3 image = texture(u_pages, vec3((v_sprite.xy + texel) / u_page, v_sprite.z)).rgb;
  color = vec4(mix(v_frame.rgb, image, inside.x * inside.y), v_frame.a);
}`;

export interface Sprite {
  row: number;
  at: readonly [number, number, number];
  frame: Rgb;
  opacity: number;
  /** Side in device pixels. */
  size: number;
}

const FLOATS = 11;

export class Sprites {
  readonly #program: Program;
  readonly #array: WebGLVertexArrayObject;
  readonly #buffer: WebGLBuffer;

  constructor(private readonly gl: Gl) {
    this.#program = link(gl, VERTEX, FRAGMENT);
    this.#array = gl.createVertexArray();
    this.#buffer = gl.createBuffer();
    gl.bindVertexArray(this.#array);
    for (const [location, size, offset] of [
      [0, 3, 0],
      [1, 3, 12],
      [2, 4, 24],
      [3, 1, 40],
    ] as const) {
      floats(gl, this.#buffer, location, size, FLOATS * 4, offset);
      gl.vertexAttribDivisor(location, 1);
    }
    gl.bindVertexArray(null);
  }

  /** Draw the sprites whose pages are there; returns how many that were. */
  draw(view: View, atlas: Atlas, sprites: readonly Sprite[]): number {
    const data = new Float32Array(sprites.length * FLOATS);
    let drawn = 0;
    for (const { row, at, frame, opacity, size } of sprites) {
      const place = atlas.find(row);
      if (!place) continue;
      const values = [...at, ...place, ...frame.map((c) => c / 255), opacity, size];
      data.set(values, drawn * FLOATS);
      drawn += 1;
    }
    if (!drawn) return 0;
    const { gl } = this;
    const { program, uniform } = this.#program;
    gl.useProgram(program);
    gl.uniformMatrix4fv(uniform("u_matrix"), false, view.matrix);
    gl.uniform2f(uniform("u_viewport"), view.width, view.height);
    gl.uniform2f(uniform("u_page"), atlas.info.pageWidth, atlas.info.pageHeight);
    gl.uniform1f(uniform("u_cell"), atlas.info.size);
    gl.uniform1f(uniform("u_depth"), view.depth);
    gl.uniform1f(uniform("u_border"), Math.max(1, Math.round(1.5 * view.ratio)));
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D_ARRAY, atlas.texture);
    gl.uniform1i(uniform("u_pages"), 0);
    gl.bindVertexArray(this.#array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffer);
    gl.bufferData(gl.ARRAY_BUFFER, data.subarray(0, drawn * FLOATS), gl.STREAM_DRAW);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, drawn);
    gl.bindVertexArray(null);
    return drawn;
  }
}
