/** The little of WebGL2 that every layer shares. */

export type Gl = WebGL2RenderingContext;

/** A context for opaque pictures, or a sentence about why there is none. */
export function openContext(canvas: HTMLCanvasElement): Gl {
  const gl = canvas.getContext("webgl2", { alpha: false, antialias: false, depth: true });
  if (!gl) {
    throw new Error(
      "This browser gives no WebGL2 context, which the map needs. Turn on graphics acceleration, or use a current Chromium, Firefox or Safari.",
    );
  }
  return gl;
}

export interface Program {
  program: WebGLProgram;
  uniform(name: string): WebGLUniformLocation | null;
}

export function link(gl: Gl, vertex: string, fragment: string): Program {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(type);
    if (!shader) throw new Error("The graphics context was lost.");
    gl.shaderSource(shader, `#version 300 es\nprecision highp float;\n${source}`);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`The map's shader did not link: ${gl.getProgramInfoLog(program)}`);
  }
  const places = new Map<string, WebGLUniformLocation | null>();
  return {
    program,
    uniform(name) {
      if (!places.has(name)) places.set(name, gl.getUniformLocation(program, name));
      return places.get(name) ?? null;
    },
  };
}

/** Bind a buffer to an attribute of floats. */
export function floats(
  gl: Gl,
  buffer: WebGLBuffer,
  location: number,
  size: number,
  stride = 0,
  offset = 0,
): void {
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.enableVertexAttribArray(location);
  gl.vertexAttribPointer(location, size, gl.FLOAT, false, stride, offset);
}

/** What all layers need to know of the frame. */
export interface View {
  matrix: Float32Array;
  /** Device pixels. */
  width: number;
  height: number;
  ratio: number;
  /** Distance of the camera in 3D, where near things are larger; 0 in 2D. */
  depth: number;
}
