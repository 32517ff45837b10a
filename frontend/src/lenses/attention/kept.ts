/** The patches that hold most of an image's attention, and which head has which. */

/**
 * Keep the patches with most attention until they hold a share of it, as DINO's authors do.
 *
 * @param share 0 to 1
 * @returns 1 where a patch is kept
 */
export function keepMass(map: Float32Array, share: number): Uint8Array {
  const kept = new Uint8Array(map.length);
  const order = Array.from(map.keys()).sort((a, b) => (map[a] as number) - (map[b] as number));
  let total = 0;
  for (const value of map) total += value;
  if (!(total > 0)) return kept;
  let below = 0;
  for (const patch of order) {
    below += map[patch] as number;
    // A patch stays unless what lies below it, and it, is what may go.
    if (below > (1 - share) * total * (1 + 1e-6)) kept[patch] = 1;
  }
  return kept;
}

/** The head that has most of each patch among those that keep it; -1 where none does. */
export function strongest(maps: Float32Array, heads: number, share: number): Int16Array {
  const patches = maps.length / heads;
  const out = new Int16Array(patches).fill(-1);
  const best = new Float32Array(patches);
  for (let head = 0; head < heads; head++) {
    const map = maps.subarray(head * patches, (head + 1) * patches);
    const kept = keepMass(map, share);
    for (let patch = 0; patch < patches; patch++) {
      const value = map[patch] as number;
      if (kept[patch] && value > (best[patch] as number)) {
        best[patch] = value;
        out[patch] = head;
      }
    }
  }
  return out;
}

/** The edges around kept patches as a path, in patches from the top left. */
export function outline(kept: Uint8Array, side: number): string {
  const at = (y: number, x: number) =>
    y >= 0 && x >= 0 && y < side && x < side && kept[y * side + x] === 1;
  let path = "";
  for (let y = 0; y <= side; y++) {
    for (let x = 0; x <= side; x++) {
      if (at(y, x) !== at(y - 1, x)) path += `M${x} ${y}h1`;
      if (at(y, x) !== at(y, x - 1)) path += `M${x} ${y}v1`;
    }
  }
  return path;
}

/** The largest of some numbers; 0 where there are none. */
export const largest = (values: ArrayLike<number>) => {
  let top = 0;
  for (let i = 0; i < values.length; i++) top = Math.max(top, values[i] as number);
  return top;
};
