/** A tree of clusters as lines beside a matrix. */

/** Where two clusters meet: their places along the matrix, their heights, and that of both. */
export interface Branch {
  a: number;
  b: number;
  below: [number, number];
  height: number;
}

/**
 * Lay a tree out.
 *
 * @param merges SciPy's linkage matrix, (n - 1) x 4: two clusters, their height, images within
 * @param leaves the row of each leaf
 * @param order rows as they stand along the matrix
 * @returns branches from the leaves upwards; heights are shares of the highest
 */
export function branchesOf(
  merges: ArrayLike<number>,
  leaves: ArrayLike<number>,
  order: ArrayLike<number>,
): Branch[] {
  const count = order.length;
  const placeOf = new Map<number, number>();
  for (let i = 0; i < count; i++) placeOf.set(order[i] as number, i + 0.5);
  const places = new Float64Array(2 * count - 1);
  const heights = new Float64Array(2 * count - 1);
  for (let leaf = 0; leaf < count; leaf++) {
    places[leaf] = placeOf.get(leaves[leaf] as number) ?? 0;
  }
  const top = Math.max(merges[4 * (count - 2) + 2] ?? 0, 1e-30);
  return Array.from({ length: count - 1 }, (_, i) => {
    const [left, right] = [merges[4 * i] as number, merges[4 * i + 1] as number];
    const [a, b] = [places[left] as number, places[right] as number];
    const below: [number, number] = [heights[left] as number, heights[right] as number];
    const height = (merges[4 * i + 2] as number) / top;
    places[count + i] = (a + b) / 2;
    heights[count + i] = height;
    return { a, b, below, height };
  });
}
