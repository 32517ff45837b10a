/** What is measured while an encoder trains: from events while it runs, from arrays afterwards. */

import { asFloat32, type NumericArray } from "../../api/arrays";
import type { Json } from "../../api/types";

/** One number per stretch of steps; NaN where a term was not measured. */
export interface Curves {
  step: number[];
  epoch: number[];
  /** "loss", "lr" and the objective's own, such as "kl". */
  terms: Record<string, number[]>;
}

/** The encoder as it stood at one step. */
export interface Snapshot {
  /** Its artifact. */
  id: string;
  step: number;
  epoch: number;
  loss: number | null;
  /** Accuracy of nearest neighbors on held-out rows; null without labels. */
  knn: number | null;
  health: Health;
}

/** How the vectors of an encoder lie. */
export interface Health {
  /** A sentence for people. */
  words: string;
  /** The kind of collapse; null while there is none. */
  alarm: string | null;
  /** All numbers, by their names. */
  numbers: Record<string, number>;
}

/** What is said of the speed, not of the learning. */
const SPEED = "images_per_s";

/** The curves that a running job told, a record for each stretch of steps. */
export function curvesTold(records: readonly Record<string, Json>[]): Curves {
  const told: Record<string, Json>[] = [];
  for (const record of records) {
    if (typeof record.step !== "number") continue;
    // A run that goes on from a checkpoint takes back what had followed it.
    while (told.length && Number(told.at(-1)?.step) >= record.step) told.pop();
    told.push(record);
  }
  const names = new Set(told.flatMap(Object.keys));
  for (const name of ["step", "epoch", SPEED]) names.delete(name);
  const list = (name: string) => told.map(({ [name]: value }) => Number(value ?? Number.NaN));
  return {
    step: list("step"),
    epoch: list("epoch"),
    terms: Object.fromEntries([...names].map((name) => [name, list(name)])),
  };
}

/** The curves that an artifact holds, from its arrays called `history_...`. */
export function curvesOf(arrays: Record<string, NumericArray>): Curves {
  const list = (name: string) => Array.from(asFloat32(arrays[name]?.data ?? new Float32Array(0)));
  const terms = Object.keys(arrays).filter((name) => name !== "step" && name !== "epoch");
  return {
    step: list("step"),
    epoch: list("epoch"),
    terms: Object.fromEntries(terms.map((name) => [name, list(name)])),
  };
}

/** A snapshot as an event or a manifest tells it; null where it is none. */
export function snapshotOf(data: unknown): Snapshot | null {
  const { id, step, epoch, loss, knn, health } = (data ?? {}) as Record<string, unknown>;
  if (typeof id !== "string" || typeof step !== "number") return null;
  return {
    id,
    step,
    epoch: typeof epoch === "number" ? epoch : 0,
    loss: typeof loss === "number" ? loss : null,
    knn: typeof knn === "number" ? knn : null,
    health: healthOf(health),
  };
}

function healthOf(data: unknown): Health {
  const { words, alarm, ...rest } = (data ?? {}) as Record<string, unknown>;
  return {
    words: typeof words === "string" ? words : "",
    alarm: typeof alarm === "string" ? alarm : null,
    numbers: Object.fromEntries(
      Object.entries(rest).filter(
        (entry): entry is [string, number] => typeof entry[1] === "number",
      ),
    ),
  };
}

/** The snapshots with one more, in the order of their steps. */
export function withSnapshot(snapshots: Snapshot[], next: Snapshot): Snapshot[] {
  const others = snapshots.filter(({ step }) => step !== next.step);
  return [...others, next].sort((a, b) => a.step - b.step);
}
