/** Layouts of a map that forms: the newest one of the job that is looked at. */

import type { NumericArray } from "../api/arrays";
import { getIntermediate } from "../api/calls";
import type { Entry, Job, Manifest } from "../api/types";

/** A map on its way. */
export interface Frame {
  job: string;
  frame: number;
  points: NumericArray;
  step: number;
  steps: number;
  /** The divergence that the descent lowers, where the method has one. */
  kl: number | null;
  /** Milliseconds that a frame lasts, as far as this one can tell. */
  lasts: number;
}

type News = Pick<Frame, "job" | "frame" | "step" | "steps" | "kl"> & { slot: number };

/** A frame is expected to last between these, in milliseconds. */
const QUICKEST = 100;
const SLOWEST = 1200;

/** What an entry says of a layout; null where it says something else. */
export function newsOf({ job, type, data }: Entry): News | null {
  if (type !== "intermediate") return null;
  const { frame, slot, step, steps, kl } = data;
  if (typeof frame !== "number" || typeof slot !== "number") return null;
  const number = (value: unknown) => (typeof value === "number" ? value : 0);
  return {
    job,
    frame,
    slot,
    step: number(step),
    steps: number(steps),
    kl: typeof kl === "number" ? kl : null,
  };
}

export class Forming {
  /** What to show now; null while nothing forms. */
  frame = $state.raw<Frame | null>(null);
  #job: string | null = null;
  /** The newest of each job, so that one can be followed from the middle. */
  #newest = new Map<string, News>();
  #fetching = false;
  #last = 0;
  #lasts = 300;

  constructor(
    private readonly fetch = getIntermediate,
    private readonly clock = () => performance.now(),
  ) {}

  /** Show the layouts of this job from now on, and of no other. */
  follow(job: string | null): void {
    if (job === this.#job) return;
    if (this.#job !== null) this.#newest.delete(this.#job);
    this.#job = job;
    this.#last = 0;
    this.frame = null;
    void this.#next();
  }

  /** Show the layouts of a map in the making, until there is a better picture of it. */
  attend({ job, manifest }: { job: Job | null; manifest: Manifest | null }): void {
    if (job?.state === "running" && !manifest) this.follow(job.id);
    else if (manifest || job?.state !== "cancelled") this.follow(null);
  }

  hear(entry: Entry): void {
    const news = newsOf(entry);
    if (!news) return;
    const known = this.#newest.get(news.job);
    // A stream that is opened anew tells again what it told before; a job that is done over counts anew.
    if (known && known.frame >= news.frame && known.step >= news.step) return;
    this.#newest.set(news.job, news);
    void this.#next();
  }

  /** Fetch the newest layout: never two at a time, and none that is overtaken. */
  async #next(): Promise<void> {
    const job = this.#job;
    const news = job === null ? undefined : this.#newest.get(job);
    if (this.#fetching || !news) return;
    if (this.frame?.job === news.job && this.frame.frame === news.frame) return;
    this.#fetching = true;
    let gone = false;
    try {
      const points = await this.fetch(news.job, news.slot);
      if (this.#job === news.job) this.frame = { ...news, points, lasts: this.#measure() };
    } catch {
      // Overtaken, or the job has ended: the next news, or the result, takes its place.
      gone = this.#newest.get(news.job) === news;
    }
    this.#fetching = false;
    if (!gone) void this.#next();
  }

  /** How long frames last, evened out. */
  #measure(): number {
    const now = this.clock();
    if (this.#last) this.#lasts += 0.4 * (now - this.#last - this.#lasts);
    this.#last = now;
    return Math.min(SLOWEST, Math.max(QUICKEST, this.#lasts));
  }
}
