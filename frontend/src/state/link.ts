/** The whole view as the text after '#', readable and bounded, and back. */

import type { Json, Params } from "../api/types";
import { type Choice, canonical, choose, type Subject } from "../recipes/recipe";
import { type Attention, defaultAttention, putAttention, takeAttention } from "./attention";
import {
  type Dissimilarity,
  defaultDissimilarity,
  putDissimilarity,
  takeDissimilarity,
} from "./dissimilarity";
import { type Filter, NO_FILTER, putFilter, takeFilter } from "./filter";
import { defaultLatent, type Latent, putLatent, takeLatent } from "./latent";
import { defaultMasking, type Masking, putMasking, takeMasking } from "./masking";
import { decodeRows, encodeRows } from "./ranges";

/** Everything that a link holds. */
export interface View extends Subject {
  lens: string;
  /** The analysis that the lens shows. */
  analysis: Choice;
  /** The lens's own camera numbers; empty is the whole picture. */
  camera: number[];
  /** The setting by which small maps are compared; null shows the one map. */
  compare: string | null;
  /** Column that colors the points; null is the dataset's label. */
  color: string | null;
  /** Computed values that color the points. */
  values: ValuesChoice | null;
  hidden: number[];
  /** The last snapshot that maps of encoder A's run are seen from. */
  through: "end" | number | null;
  /** Whether maps of snapshots follow one another. */
  following: boolean;
  /** The probe of the Evaluate lens, and the encoders that it compares with A. */
  probe: Choice;
  beside: Choice[];
  /** The training that is looked at; null plans a new one. */
  run: Choice | null;
  /** Ids of the runs that are compared, in the order in which they were taken. */
  compared: string[];
  /** Encoder B, which is looked at beside A. */
  second: Choice | null;
  masking: Masking;
  attention: Attention;
  latent: Latent;
  dissimilarity: Dissimilarity;
  /** What narrows the rows that are shown. */
  filter: Filter;
  rows: Int32Array;
  primary: number | null;
}

/** A method of computed values, and which of its columns. */
export interface ValuesChoice extends Choice {
  column: string | null;
}

/** A selection of more text than this does not travel in a link: servers and chats cut long ones. */
const LONGEST_SELECTION = 4000;
const LONGEST_LINK = 20_000;

export function defaultView(): View {
  return {
    lens: "map",
    dataset: choose("dataset", "digits"),
    encoder: choose("encoder", "pixels"),
    layer: null,
    analysis: choose("projection", "pca"),
    camera: [],
    compare: null,
    color: null,
    values: null,
    hidden: [],
    through: null,
    following: true,
    probe: choose("probe", "table"),
    beside: [],
    run: null,
    compared: [],
    second: null,
    masking: defaultMasking(),
    attention: defaultAttention(),
    latent: defaultLatent(),
    dissimilarity: defaultDissimilarity(),
    filter: NO_FILTER,
    rows: Int32Array.of(0),
    primary: 0,
  };
}

/** Whether nobody has chosen an encoder yet. */
export const isUntouched = (encoder: Choice) =>
  canonical(encoder) === canonical(defaultView().encoder);

/** Whether the selection fits into a link. */
export const selectionFits = (rows: Int32Array) => encodeRows(rows).length <= LONGEST_SELECTION;

export function encodeView(view: View): string {
  const out = new URLSearchParams();
  out.set("lens", view.lens);
  putChoice(out, "dataset", view.dataset, "dataset");
  putChoice(out, "encoder", view.encoder, "encoder");
  if (view.layer !== null) out.set("layer", view.layer);
  putChoice(out, "analysis", view.analysis, "projection");
  let { start } = view.analysis;
  for (let depth = 1; start; depth++, { start } = start) {
    putChoice(out, startKey(depth), start, "projection");
  }
  if (view.camera.length) out.set("camera", view.camera.map(short).join(","));
  if (view.compare !== null) out.set("compare", view.compare);
  if (view.color !== null) out.set("color", view.color);
  if (view.values) {
    putChoice(out, "values", view.values, "values");
    if (view.values.column !== null) out.set("values:column", view.values.column);
  }
  if (view.hidden.length) out.set("hidden", view.hidden.join(","));
  if (view.through !== null) out.set("through", String(view.through));
  if (!view.following) out.set("following", "0");
  if (canonical(view.probe) !== canonical(defaultView().probe)) {
    putChoice(out, "probe", view.probe, "probe");
  }
  for (const [i, encoder] of view.beside.entries()) {
    putChoice(out, `beside${i + 1}`, encoder, "encoder");
  }
  if (view.run) putChoice(out, "run", view.run, "encoder");
  if (view.compared.length) out.set("compared", view.compared.join(","));
  if (view.second) putChoice(out, "second", view.second, "encoder");
  putMasking(out, view.masking);
  putAttention(out, view.attention);
  putLatent(out, view.latent);
  putDissimilarity(out, view.dissimilarity);
  putFilter(out, view.filter);
  if (view.primary !== null) out.set("row", String(view.primary));
  if (view.rows.length > 1 && selectionFits(view.rows)) out.set("rows", encodeRows(view.rows));
  // Commas, slashes and colons may stand in a fragment, and are easier on the eye.
  return out.toString().replaceAll("%2C", ",").replaceAll("%2F", "/").replaceAll("%3A", ":");
}

/** The view that a link describes; what it leaves out or garbles takes its default. */
export function decodeView(text: string): View {
  const view = defaultView();
  const body = text.replace(/^#/, "");
  if (body === "" || body.length > LONGEST_LINK) return view;
  const given = new URLSearchParams(body);
  view.lens = given.get("lens") ?? view.lens;
  view.dataset = takeChoice(given, "dataset", "dataset") ?? view.dataset;
  view.encoder = takeChoice(given, "encoder", "encoder") ?? view.encoder;
  view.analysis = takeChoice(given, "analysis", "projection") ?? view.analysis;
  const start = takeStart(given, 1);
  if (start) view.analysis = { ...view.analysis, start };
  const values = takeChoice(given, "values", "values");
  if (values) view.values = { ...values, column: given.get("values:column") };
  const through = given.get("through");
  const step = numbers(through)?.[0];
  if (through === "end") view.through = through;
  else if (step !== undefined && Number.isInteger(step) && step >= 0) view.through = step;
  view.following = given.get("following") !== "0";
  view.probe = takeChoice(given, "probe", "probe") ?? view.probe;
  for (let i = 1; i <= MOST_BESIDE; i++) {
    const encoder = takeChoice(given, `beside${i}`, "encoder");
    if (encoder) view.beside.push(encoder);
  }
  view.run = takeChoice(given, "run", "encoder");
  const compared = (given.get("compared") ?? "").split(",").filter((id) => RUN_ID.test(id));
  view.compared = [...new Set(compared)].slice(0, MOST_COMPARED);
  view.second = takeChoice(given, "second", "encoder");
  view.masking = takeMasking(given);
  view.attention = takeAttention(given);
  view.latent = takeLatent(given);
  view.dissimilarity = takeDissimilarity(given);
  view.layer = given.get("layer");
  view.compare = given.get("compare");
  view.color = given.get("color");
  view.camera = numbers(given.get("camera")) ?? [];
  view.hidden = (numbers(given.get("hidden")) ?? []).filter((n) => Number.isInteger(n));
  view.filter = takeFilter(given);
  const row = numbers(given.get("row"))?.[0];
  view.primary = row !== undefined && Number.isInteger(row) && row >= 0 ? row : null;
  const rows = decodeRows(given.get("rows") ?? "");
  view.rows = rows?.length ? rows : Int32Array.from(view.primary === null ? [] : [view.primary]);
  return view;
}

const MOST_BESIDE = 20;
export const MOST_COMPARED = 2;
const RUN_ID = /^[0-9a-f]{32}$/;
const MOST_STARTS = 20;
const startKey = (depth: number) => (depth === 1 ? "start" : `start${depth}`);

/** What a map flowed on from, and what that one did. */
function takeStart(given: URLSearchParams, depth: number): Choice | null {
  const choice = depth > MOST_STARTS ? null : takeChoice(given, startKey(depth), "projection");
  if (!choice) return null;
  const start = takeStart(given, depth + 1);
  return start ? { ...choice, start } : choice;
}

function putChoice(out: URLSearchParams, key: string, choice: Choice, usualKind: string): void {
  const kind = choice.kind === usualKind ? "" : `${choice.kind}/`;
  out.set(key, kind + choice.method);
  for (const [name, value] of Object.entries(choice.params)) {
    out.set(`${key}.${name}`, writeValue(value));
  }
  if (choice.seed !== 0) out.set(`${key}:seed`, String(choice.seed));
  for (const [name, input] of Object.entries(choice.inputs ?? {})) {
    putChoice(out, `${key}/${name}`, input, kindOfInput(name, choice.kind));
  }
}

/** What an input of that name usually is: a start is of the kind that it starts. */
const kindOfInput = (name: string, kind: string) => (name === "start" ? kind : name);

function takeInputs(given: URLSearchParams, key: string, kind: string): Record<string, Choice> {
  const inputs: Record<string, Choice> = {};
  // Each level makes the keys longer, so a link's length is also a bound on their depth.
  for (const name of new Set(given.keys())) {
    const input = name.startsWith(`${key}/`) ? name.slice(key.length + 1) : "";
    if (!/^[a-z]\w*$/.test(input)) continue;
    const choice = takeChoice(given, name, kindOfInput(input, kind));
    if (choice) inputs[input] = choice;
  }
  return inputs;
}

function takeChoice(given: URLSearchParams, key: string, usualKind: string): Choice | null {
  const name = given.get(key);
  if (!name) return null;
  const [kind, method] = name.includes("/") ? name.split("/", 2) : [usualKind, name];
  if (!kind || !method) return null;
  const params: Params = {};
  for (const [param, value] of given) {
    if (param.startsWith(`${key}.`)) params[param.slice(key.length + 1)] = readValue(value);
  }
  const seed = Number(given.get(`${key}:seed`) ?? 0);
  const choice = choose(kind, method, params, Number.isSafeInteger(seed) && seed >= 0 ? seed : 0);
  const inputs = takeInputs(given, key, kind);
  return Object.keys(inputs).length ? { ...choice, inputs } : choice;
}

/** Words stand as they are; text that would read as JSON is quoted. */
function writeValue(value: Json): string {
  if (typeof value !== "string") return JSON.stringify(value);
  return parsed(value) === undefined ? value : JSON.stringify(value);
}

function readValue(text: string): Json {
  const value = parsed(text);
  return value === undefined ? text : value;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function numbers(text: string | null): number[] | null {
  if (!text) return null;
  const values = text.split(",").map(Number);
  return values.every(Number.isFinite) ? values : null;
}

const short = (value: number) => String(Number(value.toPrecision(8)));
