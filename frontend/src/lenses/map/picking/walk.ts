/** From point to point with the arrow keys. */

export type Direction = "left" | "right" | "up" | "down";

/**
 * The nearest point to the given side of a row, in pixels (x, y each): within a quarter circle,
 * where being straight ahead counts for more than being close. Null at the edge of the map.
 */
export function stepFrom(
  row: number,
  direction: Direction,
  pixels: Float32Array,
  pass: (row: number) => boolean,
): number | null {
  const [x0, y0] = [pixels[row * 2] as number, pixels[row * 2 + 1] as number];
  const [ux, uy] = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] }[direction] as [
    number,
    number,
  ];
  let best: number | null = null;
  let least = Infinity;
  for (let other = 0; other < pixels.length / 2; other++) {
    if (other === row) continue;
    const dx = (pixels[other * 2] as number) - x0;
    const dy = (pixels[other * 2 + 1] as number) - y0;
    const ahead = dx * ux + dy * uy;
    const aside = Math.abs(dx * uy - dy * ux);
    const cost = ahead + 2 * aside;
    if (ahead > 0 && aside <= ahead && cost < least && pass(other)) {
      least = cost;
      best = other;
    }
  }
  return best;
}
