/** The few 4 x 4 matrices that a camera needs, column by column as WebGL wants them. */

export type Matrix = Float32Array;

/** Product a * b: b acts first. */
export function multiply(a: Matrix, b: Matrix): Matrix {
  const out = new Float32Array(16);
  for (let column = 0; column < 4; column++) {
    for (let row = 0; row < 4; row++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += (a[k * 4 + row] as number) * (b[column * 4 + k] as number);
      out[column * 4 + row] = sum;
    }
  }
  return out;
}

export function translation(x: number, y: number, z: number): Matrix {
  return new Float32Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, x, y, z, 1]);
}

/** Turn about the vertical axis (yaw), then tilt about the horizontal one (pitch), in radians. */
export function rotation(yaw: number, pitch: number): Matrix {
  const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  return new Float32Array([
    ...[cy, sp * sy, -cp * sy, 0],
    ...[0, cp, sp, 0],
    ...[sy, -sp * cy, cp * cy, 0],
    ...[0, 0, 0, 1],
  ]);
}

/** Perspective with a vertical field of view in radians; the eye looks along -z. */
export function perspective(fov: number, aspect: number, near: number, far: number): Matrix {
  const f = 1 / Math.tan(fov / 2);
  const depth = 1 / (near - far);
  return new Float32Array([
    ...[f / aspect, 0, 0, 0],
    ...[0, f, 0, 0],
    ...[0, 0, (far + near) * depth, -1],
    ...[0, 0, 2 * far * near * depth, 0],
  ]);
}
