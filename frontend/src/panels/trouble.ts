/** What went wrong with the making of an artifact, in words. */

import type { Making } from "../state/workshop.svelte";

export interface TroubleWords {
  title: string;
  message: string;
  job: string | null;
  /** Whether asking again could help. */
  again: boolean;
}

/** Null while nothing is wrong. `what` names the thing that is made: "map". */
export function troubleOf(making: Making, what: string): TroubleWords | null {
  const { error, job } = making;
  if (error) {
    const again = error.status !== 404 && error.status !== 422;
    const title = `This ${what} ${error.unreachable ? "has to wait" : "cannot be made"}`;
    return { title, message: error.message, job: error.job, again };
  }
  if (job?.state === "failed") {
    const message = job.error?.message ?? "The job gave no reason.";
    return { title: `This ${what} could not be made`, message, job: job.id, again: true };
  }
  if (job?.state === "cancelled") {
    return {
      title: `This ${what} was stopped`,
      message: "Try again to make it after all, or choose another method.",
      job: job.id,
      again: true,
    };
  }
  return null;
}
