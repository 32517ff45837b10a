/** Maps that are changed while they form: finish what runs, then go on from there. */

import { getManifest } from "../api/calls";
import { type ApiError, asApiError } from "../api/http";
import type { Job, Method } from "../api/types";
import { finishedAt, flowOn, fromTheStart, isLiving, toTheEnd } from "../recipes/flow";
import { type Choice, canonical } from "../recipes/recipe";
import type { Making, Workshop } from "./workshop.svelte";

/** What of the desk the maps need. */
interface Easel {
  analysis: Choice;
  compare: string | null;
  readonly analysisMethod: Method | undefined;
  readonly makings: { analysis: Making } | null;
  readonly workshop: Workshop;
  /** Maps of snapshots flow from one to the next in their own way. */
  readonly film: { readonly frames: readonly Choice[] };
}

export class Living {
  /** Waiting for the running map to hand over what it has. */
  finishing = $state(false);
  error = $state.raw<ApiError | null>(null);
  /** What is wanted once the running map has ended. */
  #next: Choice | null = null;
  #settled = new Set<Job>();

  constructor(private readonly desk: Easel) {}

  /** Take another analysis; where its method can, it flows on from what is shown. */
  choose(wanted: Choice): void {
    const { analysis, analysisMethod, makings, workshop } = this.desk;
    const making = makings?.analysis ?? null;
    const same = wanted.kind === analysis.kind && wanted.method === analysis.method;
    this.error = null;
    const filmed = this.desk.film.frames.length > 1;
    if (!same || !making || filmed || !isLiving(analysisMethod)) {
      this.#leave(making);
      this.desk.analysis = fromTheStart(wanted);
    } else if (making.manifest) {
      this.desk.analysis = flowOn(wanted, analysis, analysisMethod);
    } else if (making.job?.state === "running" && workshop.forming.frame) {
      this.#next = wanted;
      void this.finish();
    } else {
      this.#leave(making);
      this.desk.analysis = flowOn(toTheEnd(wanted), analysis.start ?? null, analysisMethod);
    }
  }

  /** Take what the running map has so far. */
  async finish(): Promise<void> {
    const job = this.desk.makings?.analysis.job;
    if (!job || this.finishing) return;
    this.finishing = true;
    try {
      await this.desk.workshop.finish(job);
    } catch (thrown) {
      this.finishing = false;
      this.#next = null;
      this.error = asApiError(thrown);
    }
  }

  async stop(): Promise<void> {
    const job = this.desk.makings?.analysis.job;
    this.#next = null;
    this.finishing = false;
    if (job) await this.desk.workshop.cancel(job);
  }

  /** Show exactly this map large, out of those that are compared. */
  take(choice: Choice): void {
    const { analysis, makings } = this.desk;
    this.#end();
    if (canonical(choice) !== canonical(analysis)) this.#leave(makings?.analysis ?? null);
    this.desk.analysis = choice;
    this.desk.compare = null;
  }

  /** The same settings from the usual start. */
  startOver(): void {
    this.#next = null;
    this.finishing = false;
    this.#leave(this.desk.makings?.analysis ?? null);
    const choice = fromTheStart(toTheEnd(this.desk.analysis));
    this.desk.analysis = choice;
  }

  /** The job of the map has ended, or gone on: take what follows. */
  async settle(making: Making): Promise<void> {
    const { job, manifest } = making;
    if (!job) return;
    const next = this.#next;
    if (manifest) {
      if (!this.finishing) return;
      this.#end();
      if (next) this.desk.analysis = flowOn(next, this.desk.analysis, this.desk.analysisMethod);
      return;
    }
    if (job.state === "failed" || (job.state === "cancelled" && !job.result)) {
      const wanted = this.finishing ? next : null;
      this.#end();
      if (wanted) this.desk.analysis = fromTheStart(wanted);
    }
    if (job.state !== "cancelled" || !job.result || this.#settled.has(job)) return;
    this.#settled.add(job);
    try {
      const { recipe, metrics } = await getManifest(job.result);
      if (this.desk.makings?.analysis !== making) return;
      const step = Number(recipe.params?.stop_at ?? metrics.iterations ?? 0);
      const shown = finishedAt(this.desk.analysis, step);
      this.desk.analysis = next ? flowOn(next, shown, this.desk.analysisMethod) : shown;
    } catch (thrown) {
      this.error = asApiError(thrown);
    }
    this.#end();
  }

  /** A map that nobody waits for any more need not go on forming. */
  #leave(making: Making | null): void {
    const job = making?.job;
    if (!job || !isLiving(this.desk.analysisMethod)) return;
    if (!["waiting", "queued", "running"].includes(job.state)) return;
    this.desk.workshop.abandon(job).catch((thrown) => {
      this.error = asApiError(thrown);
    });
  }

  #end(): void {
    this.finishing = false;
    this.#next = null;
  }
}
