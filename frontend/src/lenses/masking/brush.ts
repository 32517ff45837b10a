/** Painting patches by hand: what a stroke hides, or shows again. */

/** The patch under a place of a picture; shares of its width and height count from the top left. */
export function patchAt(x: number, y: number, side: number): number {
  const along = (share: number) => Math.min(side - 1, Math.max(0, Math.floor(share * side)));
  return along(y) * side + along(x);
}

/** The patches between two, both included, so that a quick stroke has no gaps. */
export function between(from: number, to: number, side: number): number[] {
  const [y0, x0, y1, x1] = [Math.floor(from / side), from % side, Math.floor(to / side), to % side];
  const steps = Math.max(Math.abs(y1 - y0), Math.abs(x1 - x0), 1);
  const patches = Array.from({ length: steps + 1 }, (_, i) => {
    const share = i / steps;
    return Math.round(y0 + (y1 - y0) * share) * side + Math.round(x0 + (x1 - x0) * share);
  });
  return [...new Set(patches)];
}

/** The patch that an arrow key leads to; null for other keys, and the same one at an edge. */
export function stepTo(key: string, from: number, side: number): number | null {
  const [y, x] = [Math.floor(from / side), from % side];
  if (key === "ArrowLeft") return y * side + Math.max(0, x - 1);
  if (key === "ArrowRight") return y * side + Math.min(side - 1, x + 1);
  if (key === "ArrowUp") return Math.max(0, y - 1) * side + x;
  if (key === "ArrowDown") return Math.min(side - 1, y + 1) * side + x;
  return null;
}

/** Hide patches, or show them again. */
export function brushed(patches: number[], under: number[], hide: boolean): number[] {
  const set = new Set(patches);
  for (const patch of under) {
    if (hide) set.add(patch);
    else set.delete(patch);
  }
  return [...set].sort((a, b) => a - b);
}

/** The numbers of the hidden patches of each image. */
export function patchesOf(hidden: Uint8Array, count: number, side: number): number[][] {
  const size = side * side;
  return Array.from({ length: count }, (_, image) =>
    Array.from({ length: size }, (_, patch) => patch).filter(
      (patch) => hidden[image * size + patch] === 1,
    ),
  );
}

/** The same patches on another grid: those whose middle was hidden. */
export function onGrid(patches: number[], from: number, to: number): number[] {
  if (from === to) return patches;
  const set = new Set(patches);
  return Array.from({ length: to * to }, (_, patch) => patch).filter((patch) => {
    const [y, x] = [Math.floor(patch / to), patch % to];
    return set.has(patchAt((x + 0.5) / to, (y + 0.5) / to, from));
  });
}
