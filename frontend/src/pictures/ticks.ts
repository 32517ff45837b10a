/** Where an axis has its numbers. */

/** Round numbers between two others, about so many of them (Heckbert 1990, "Nice numbers"). */
export function ticksBetween(low: number, high: number, wanted: number): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return Number.isFinite(low) ? [low] : [];
  const rough = span / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((n) => n * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => tidy((first + i) * step));
}

/** Without the last bits that make 0.30000000000000004. */
const tidy = (value: number) => Number(value.toPrecision(12));

/** A number as it stands on an axis: 0.25, 1,200, 2e-4. */
export function tickText(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential().replace("+", "");
  return value.toLocaleString("en-US", { maximumFractionDigits: 6 });
}

/** A value in the three digits that count: 0.0123, 1.23e-4. */
export const inFewDigits = (value: number) =>
  value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(2) : value.toPrecision(3);
