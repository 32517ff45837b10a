/** How the Latent lens is set, and that part of a link. */

/** As far as anything is moved to either side, in deviations over the dataset. */
export const FAR = 3;

/** A place on the pad, in deviations from the image's own code. */
export interface Place {
  x: number;
  y: number;
}

export interface Latent {
  /** Which numbers of the code move across and up; null takes those that differ most. */
  pair: [number, number] | null;
  place: Place;
}

const MOST_NUMBERS = 1_000_000;

export const defaultLatent = (): Latent => ({ pair: null, place: { x: 0, y: 0 } });

/** What differs from the default. */
export function putLatent(out: URLSearchParams, { pair, place: { x, y } }: Latent): void {
  if (pair) out.set("pair", pair.join(","));
  if (x !== 0 || y !== 0) out.set("place", [x, y].map((value) => +value.toFixed(2)).join(","));
}

/** The settings of a link; what it leaves out or garbles takes its default. */
export function takeLatent(given: URLSearchParams): Latent {
  const latent = defaultLatent();
  const [across, up] = two(given.get("pair"));
  const isNumber = (value: number) => Number.isInteger(value) && value >= 0 && value < MOST_NUMBERS;
  if (isNumber(across) && isNumber(up) && across !== up) latent.pair = [across, up];
  const [x, y] = two(given.get("place"));
  if (Math.max(Math.abs(x), Math.abs(y)) <= FAR) latent.place = { x, y };
  return latent;
}

/** Two numbers with a comma between them; anything else is none. */
function two(text: string | null): [number, number] {
  const [first, second, ...more] = (text ?? "")
    .split(",")
    .map((word) => (word ? +word : Number.NaN));
  return more.length ? [Number.NaN, Number.NaN] : [first ?? Number.NaN, second ?? Number.NaN];
}
