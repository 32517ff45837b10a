/** What went wrong with the making of an artifact, in words. */

import type { Making } from "../state/workshop.svelte";

export interface TroubleWords {
  title: string;
  message: string;
  job: string | null;
}

/** Null while nothing is wrong. `what` names the thing that is made: "map". */
export function troubleOf(making: Making, what: string): TroubleWords | null {
  const { error, job } = making;
  if (error) {
    return { title: `This ${what} cannot be made`, message: error.message, job: error.job };
  }
  if (job?.state === "failed") {
    const message = job.error?.message ?? "The job gave no reason.";
    return { title: `This ${what} could not be made`, message, job: job.id };
  }
  if (job?.state === "cancelled") {
    return {
      title: `This ${what} was stopped`,
      message: "Try again to make it after all, or choose another method.",
      job: job.id,
    };
  }
  return null;
}
