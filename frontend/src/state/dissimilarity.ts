/** How the Dissimilarity lens is set, and that part of a link. */

export const MEASURES = ["correlation", "cosine", "euclidean", "sqeuclidean", "manhattan"] as const;
export type Measure = (typeof MEASURES)[number];
export const SCALES = ["rank", "value"] as const;
export type Scale = (typeof SCALES)[number];

export interface Dissimilarity {
  measure: Measure;
  /** "data", "clustering", "map", or the name of a column after "by "; null is the usual one. */
  order: string | null;
  /** Whether colors follow the rank among all pairs, or the value. */
  scale: Scale;
  /** First row, first column and how many of each are in sight; null is the whole matrix. */
  window: [number, number, number] | null;
}

export const defaultDissimilarity = (): Dissimilarity => ({
  measure: "correlation",
  order: null,
  scale: "rank",
  window: null,
});

const ORDER = /^(data|clustering|map|by .{1,200})$/;

/** What differs from the default. */
export function putDissimilarity(out: URLSearchParams, set: Dissimilarity): void {
  const usual = defaultDissimilarity();
  if (set.measure !== usual.measure) out.set("rdm:measure", set.measure);
  if (set.order !== null) out.set("rdm:order", set.order);
  if (set.scale !== usual.scale) out.set("rdm:scale", set.scale);
  if (set.window) out.set("rdm:window", set.window.map((n) => String(Math.round(n))).join(","));
}

/** The settings of a link; what it leaves out or garbles takes its default. */
export function takeDissimilarity(given: URLSearchParams): Dissimilarity {
  const set = defaultDissimilarity();
  set.measure = MEASURES.find((word) => word === given.get("rdm:measure")) ?? set.measure;
  set.scale = SCALES.find((word) => word === given.get("rdm:scale")) ?? set.scale;
  set.order = ORDER.exec(given.get("rdm:order") ?? "")?.[0] ?? null;
  const window = /^(\d{1,6}),(\d{1,6}),(\d{1,6})$/.exec(given.get("rdm:window") ?? "");
  if (window && Number(window[3]) > 0) {
    set.window = [Number(window[1]), Number(window[2]), Number(window[3])];
  }
  return set;
}
