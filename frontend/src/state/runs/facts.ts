/** What the artifact of a run says of its training. */

import type { Manifest } from "../../api/types";
import { count } from "../../recipes/words";

export interface RunFacts {
  step: number;
  steps: number;
  epoch: number;
  epochs: number;
  seconds: number;
  device: string;
  rows: { train: number; held_out: number };
}

export function factsOf(manifest: Pick<Manifest, "meta"> | null): RunFacts | null {
  const run = manifest?.meta.run as Partial<RunFacts> | undefined;
  if (typeof run?.step !== "number") return null;
  const { step, steps = step, epoch = 0, epochs = epoch, seconds = 0, device = "" } = run;
  const { train = 0, held_out = 0 } = run.rows ?? {};
  return { step, steps, epoch, epochs, seconds, device, rows: { train, held_out } };
}

/** An epoch with as many digits as tell something: 0.03, 2.5, 12. */
export function epochText(epoch: number): string {
  if (Number.isInteger(epoch)) return count(epoch);
  return epoch < 0.1 ? epoch.toFixed(2) : epoch < 10 ? epoch.toFixed(1) : epoch.toFixed(0);
}
