/** Where numbers lie on a chart. */

export interface Line {
  title: string;
  /** As text for canvas. */
  color: string;
  x: readonly number[];
  y: readonly number[];
  /** Drawn with a dot at each point: few measurements, far apart. */
  dotted?: boolean;
  /** Drawn faint, behind its own mean; and in powers of ten where it spans many. */
  noisy?: boolean;
}

export interface Range {
  low: number;
  high: number;
}

/** A line whose largest value is so many times its smallest is easier read in powers of ten. */
const WIDE = 30;
/** The mean over noise is taken over about this share of a line. */
const WINDOW = 1 / 30;
/** Above and below the lines, in shares of what they span. */
const MARGIN = 0.06;

/** The range of all values; null where there is none. */
export function rangeOf(lines: readonly Line[], fixed?: Range): Range | null {
  let low = fixed?.low ?? Infinity;
  let high = fixed?.high ?? -Infinity;
  for (const { y } of lines) {
    for (const value of y) {
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return null;
  if (fixed) return { low, high };
  const margin = (high - low) * MARGIN || Math.abs(high) * MARGIN || 1;
  return { low: low >= 0 ? Math.max(0, low - margin) : low - margin, high: high + margin };
}

/** Whether lines are better seen by the logarithm of their values. */
export function isWide(lines: readonly Line[]): boolean {
  let [low, high] = [Infinity, 0];
  for (const { y, noisy } of lines) {
    if (!noisy) return false;
    for (const value of y) {
      if (!Number.isFinite(value)) continue;
      if (value <= 0) return false;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return high / low > WIDE;
}

/** The running mean of noisy values (exponential, corrected for its start as Adam's are). */
export function smooth(values: readonly number[]): number[] {
  const forgets = Math.min(1, 2 / (values.length * WINDOW + 1));
  let mean = 0;
  let weight = 0;
  return values.map((value) => {
    if (!Number.isFinite(value)) return Number.NaN;
    mean += forgets * (value - mean);
    weight += forgets * (1 - weight);
    return mean / weight;
  });
}

/** The index of the point nearest to x, in rising numbers; -1 where there is none. */
export function nearest(xs: readonly number[], x: number): number {
  let best = -1;
  for (let i = 0; i < xs.length; i++) {
    const gap = Math.abs((xs[i] as number) - x);
    if (best < 0 || gap < Math.abs((xs[best] as number) - x)) best = i;
  }
  return best;
}
