/** How a run stands, in a few words. */

import type { Job, Manifest } from "../../api/types";
import { count, duration } from "../../recipes/words";
import { epochText, factsOf } from "../../state/runs/facts";

/** What of a run the words are about. */
export interface Standing {
  readonly job: Job | null;
  readonly manifest: Pick<Manifest, "meta"> | null;
}

export function progressOf({ job, manifest }: Standing, noWorker: boolean): string {
  const facts = factsOf(manifest);
  if (facts) {
    const early = facts.step < facts.steps;
    const end = early
      ? `Finished early at epoch ${epochText(facts.epoch)} of ${count(facts.epochs)}`
      : `Trained for ${count(facts.epochs)} ${facts.epochs === 1 ? "epoch" : "epochs"}`;
    return `${end}, ${count(facts.step)} steps in ${duration(facts.seconds)} on ${facts.device.toUpperCase()}`;
  }
  if (noWorker) return "No worker is connected; start one with `repscope serve`, and it begins";
  switch (job?.state) {
    case "waiting":
      return "Waits for its images";
    case "queued":
      return job.position === 1
        ? "Queued: next, once the training before it ends"
        : job.position
          ? `Queued: ${count(job.position - 1)} others are to be trained before it`
          : "Queued";
    case "running":
      return job.message || "Starting";
    case "cancelled":
      return job.result ? "Finished early" : "Paused; its last checkpoint is kept for a day";
    case "failed":
      return "Failed";
    case "done":
      return "Trained";
    default:
      return "Not trained on this server yet";
  }
}
