/** A code as small bars: an SVG path. */

/**
 * Bars of one image's code, up from a middle line where positive and down where negative.
 *
 * @param code images x numbers
 * @param kept bars beyond so many are left out
 * @returns path in a box of `numbers` by 2, the middle line at 1
 */
export function barsPath(code: Float32Array, numbers: number, image: number, kept: number): string {
  let largest = 0;
  for (const value of code) largest = Math.max(largest, Math.abs(value));
  if (largest === 0) return "";
  let path = "";
  for (let i = 0; i < Math.min(numbers, kept); i++) {
    const height = (code[image * numbers + i] as number) / largest;
    path += `M${i + 0.1} 1h.8v${(-height).toFixed(3)}h-.8z`;
  }
  return path;
}
