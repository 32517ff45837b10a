/** How the Masking lens is set, and that part of a link. */

const RANDOM_MASKS = ["random", "block", "grid"] as const;
export const DRAWN_MASKS = [...RANDOM_MASKS, "center"] as const;
export const OBJECT_MASKS = ["object", "background"] as const;
export type DrawnMask = (typeof DRAWN_MASKS)[number];
type ObjectMask = (typeof OBJECT_MASKS)[number];
export type MaskKind = DrawnMask | ObjectMask | "painted";

export interface Masking {
  mask: MaskKind;
  /** Share of patches that are hidden, in percent, 0 to 95. */
  ratio: number;
  seed: number;
  /** How many images are shown. */
  images: number;
  /** Whether the decoder's own picture is shown, instead of one with the visible patches in it. */
  raw: boolean;
  /** Whether gaps filled without learning stand beside the models. */
  baseline: boolean;
  /** Whether the mask is drawn many times, and the spread shown instead of the error. */
  spread: boolean;
  /** How many numbers of a code are kept; null keeps all. */
  components: number | null;
}

export const MOST_IMAGES = 8;
export const MOST_RATIO = 95;
const LARGEST_SEED = 2 ** 32 - 1;

export const defaultMasking = (): Masking => ({
  mask: "random",
  ratio: 75,
  seed: 0,
  images: 4,
  raw: false,
  baseline: false,
  spread: false,
  components: null,
});

/** Masks of which a share is hidden; the others hide what they hide. */
export const hasRatio = (mask: MaskKind): mask is DrawnMask =>
  (DRAWN_MASKS as readonly string[]).includes(mask);

/** Masks that can be drawn again, in other places; the others are the same every time. */
export const isRandom = (mask: MaskKind) => (RANDOM_MASKS as readonly string[]).includes(mask);

/** Whether the spread over many masks is shown: of equal ones there is none. */
export const showsSpread = ({ mask, spread }: Masking) => spread && isRandom(mask);

const FLAGS = ["raw", "baseline", "spread"] as const;

/** What differs from the default; patches painted by hand do not travel. */
export function putMasking(out: URLSearchParams, masking: Masking): void {
  const usual = defaultMasking();
  const put = (name: string, value: string | number, default_: string | number) => {
    if (value !== default_) out.set(name, String(value));
  };
  put("mask", masking.mask === "painted" ? usual.mask : masking.mask, usual.mask);
  put("ratio", masking.ratio, usual.ratio);
  put("mask:seed", masking.seed, usual.seed);
  put("images", masking.images, usual.images);
  for (const flag of FLAGS) if (masking[flag]) out.set(flag, "1");
  if (masking.components !== null) out.set("components", String(masking.components));
}

/** The settings of a link; what it leaves out or garbles takes its default. */
export function takeMasking(given: URLSearchParams): Masking {
  const masking = defaultMasking();
  const whole = (name: string, low: number, high: number): number | null => {
    const text = given.get(name);
    const value = text ? Number(text) : Number.NaN;
    return Number.isInteger(value) && value >= low && value <= high ? value : null;
  };
  const mask = given.get("mask");
  const known: readonly string[] = [...DRAWN_MASKS, ...OBJECT_MASKS];
  if (mask !== null && known.includes(mask)) masking.mask = mask as MaskKind;
  masking.ratio = whole("ratio", 0, MOST_RATIO) ?? masking.ratio;
  masking.seed = whole("mask:seed", 0, LARGEST_SEED) ?? masking.seed;
  masking.images = whole("images", 1, MOST_IMAGES) ?? masking.images;
  for (const flag of FLAGS) masking[flag] = given.get(flag) === "1";
  masking.components = whole("components", 1, 1_000_000);
  return masking;
}
