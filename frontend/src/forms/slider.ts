/** The slider beside a number: only where both ends are known, logarithmic over wide ranges. */

import type { Field } from "./schema";

export interface Slider {
  low: number;
  high: number;
  step: number | "any";
  logarithmic: boolean;
}

/** From this ratio of its ends on, a range is felt in factors rather than differences. */
const WIDE = 100;

export function sliderOf(field: Field & { type: "number" }): Slider | null {
  const low = field.least ?? field.above;
  const high = field.most ?? field.below;
  if (low === null || high === null || high <= low) return null;
  const logarithmic = low > 0 && high / low >= WIDE;
  if (logarithmic) return { low: Math.log(low), high: Math.log(high), step: "any", logarithmic };
  const fine = field.step ?? (field.integer ? 1 : niceStep((high - low) / 200));
  return { low, high, step: fine, logarithmic };
}

/** The field's value at a place of the slider. */
export function fromSlider(
  place: number,
  slider: Slider,
  field: Field & { type: "number" },
): number {
  if (!slider.logarithmic) return field.integer ? Math.round(place) : Number(place.toPrecision(12));
  // Two digits are as fine as a hand is; the ends themselves are kept.
  const [low, high] = [Math.exp(slider.low), Math.exp(slider.high)];
  const value = Math.min(Math.max(Number(Math.exp(place).toPrecision(2)), low), high);
  return field.integer ? Math.round(value) : Number(value.toPrecision(12));
}

export const toSlider = (value: number, slider: Slider): number =>
  slider.logarithmic ? Math.log(Math.max(value, Number.MIN_VALUE)) : value;

/** 1, 2 or 5 times a power of ten. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const lead = rough / power;
  return Number(((lead < 2 ? 1 : lead < 5 ? 2 : 5) * power).toPrecision(1));
}
