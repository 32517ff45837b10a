/** How the Dissimilarity lens is set, and that part of a link. */

export const MEASURES = ["correlation", "cosine", "euclidean", "sqeuclidean", "manhattan"] as const;
export type Measure = (typeof MEASURES)[number];
const SCALES = ["rank", "value"] as const;
export type Scale = (typeof SCALES)[number];

const VIEWS = ["matrix", "compare", "layers"] as const;
type View = (typeof VIEWS)[number];
export const COMPARISONS = [
  "spearman",
  "rho-a",
  "tau-a",
  "pearson",
  "cosine",
  "whitened-correlation",
  "whitened-cosine",
] as const;
export type Comparison = (typeof COMPARISONS)[number];
export const OVERS = ["images", "subjects", "both"] as const;
/** What intervals are over. */
export type Over = (typeof OVERS)[number];
const RIVALS = ["own", "random", "second"] as const;
/** Whose layers stand beside those of A: its own, those with random weights, or those of B. */
type Rival = (typeof RIVALS)[number];

/** A file of dissimilarities, by its checksum, and which of what it holds. */
export interface Reference {
  file: string;
  name: string;
}

export interface Dissimilarity {
  view: View;
  measure: Measure;
  /** "data", "clustering", "map", or the name of a column after "by "; null is the usual one. */
  order: string | null;
  /** Whether colors follow the rank among all pairs, or the value. */
  scale: Scale;
  /** First row, first column and how many of each are in sight; null is the whole matrix. */
  window: [number, number, number] | null;
  /** By what matrices are compared. */
  by: Comparison;
  /** What the others predict; null is the matrix of encoder A. */
  reference: Reference | null;
  /** What the bootstrap draws anew, where the reference is of several subjects. */
  over: Over;
  /** Whether what pixels explain is taken out before. */
  partial: boolean;
  rival: Rival;
}

export const defaultDissimilarity = (): Dissimilarity => ({
  view: "matrix",
  measure: "correlation",
  order: null,
  scale: "rank",
  window: null,
  by: "spearman",
  reference: null,
  over: "images",
  partial: false,
  rival: "own",
});

const CHECKSUM = /^[0-9a-f]{64}$/;
const LONGEST_NAME = 200;
const ORDER = /^(data|clustering|map|by .{1,200})$/;

/** What differs from the default. */
export function putDissimilarity(out: URLSearchParams, set: Dissimilarity): void {
  const usual = defaultDissimilarity();
  for (const name of ["view", "by", "over", "rival"] as const) {
    if (set[name] !== usual[name]) out.set(`rdm:${name}`, set[name]);
  }
  if (set.partial) out.set("rdm:partial", "1");
  if (set.reference) {
    out.set("rdm:file", set.reference.file);
    if (set.reference.name) out.set("rdm:name", set.reference.name);
  }
  if (set.measure !== usual.measure) out.set("rdm:measure", set.measure);
  if (set.order !== null) out.set("rdm:order", set.order);
  if (set.scale !== usual.scale) out.set("rdm:scale", set.scale);
  if (set.window) out.set("rdm:window", set.window.map((n) => String(Math.round(n))).join(","));
}

/** The settings of a link; what it leaves out or garbles takes its default. */
export function takeDissimilarity(given: URLSearchParams): Dissimilarity {
  const set = defaultDissimilarity();
  set.view = VIEWS.find((word) => word === given.get("rdm:view")) ?? set.view;
  set.by = COMPARISONS.find((word) => word === given.get("rdm:by")) ?? set.by;
  set.rival = RIVALS.find((word) => word === given.get("rdm:rival")) ?? set.rival;
  set.over = OVERS.find((word) => word === given.get("rdm:over")) ?? set.over;
  set.partial = given.get("rdm:partial") === "1";
  const file = CHECKSUM.exec(given.get("rdm:file") ?? "")?.[0];
  const name = (given.get("rdm:name") ?? "").slice(0, LONGEST_NAME);
  if (file) set.reference = { file, name };
  set.measure = MEASURES.find((word) => word === given.get("rdm:measure")) ?? set.measure;
  set.scale = SCALES.find((word) => word === given.get("rdm:scale")) ?? set.scale;
  set.order = ORDER.exec(given.get("rdm:order") ?? "")?.[0] ?? null;
  const window = /^(\d{1,6}),(\d{1,6}),(\d{1,6})$/.exec(given.get("rdm:window") ?? "");
  if (window && Number(window[3]) > 0) {
    set.window = [Number(window[1]), Number(window[2]), Number(window[3])];
  }
  return set;
}
