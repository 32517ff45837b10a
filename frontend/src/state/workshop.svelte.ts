/** Where recipes become artifacts: submits, follows the jobs, and keeps what is known of each. */

import {
  cancelJob,
  finishJob,
  getHealth,
  getJob,
  getJobs,
  getManifest,
  leaveJob,
  submit,
} from "../api/calls";
import { EventStream } from "../api/events";
import { ApiError, asApiError, listenForSilence } from "../api/http";
import type { Health, Job, Manifest, Recipe } from "../api/types";
import { canonical } from "../recipes/recipe";
import { Forming } from "./forming.svelte";
import { Chronicle } from "./runs/chronicle";

/** The making of one artifact, as far as it has come. */
export class Making {
  job = $state.raw<Job | null>(null);
  manifest = $state.raw<Manifest | null>(null);
  error = $state.raw<ApiError | null>(null);
  /** When the wait began (performance clock), for "past 400 ms show a number". */
  readonly since = performance.now();

  constructor(readonly recipe: Recipe) {}
}

const ACTIVE = new Set(["waiting", "queued", "running"]);
/** How often a page that cannot reach the server, or waits for a worker, looks again. */
const HEALTH_MS = 3000;
/** How often it is looked whether something was made that nothing on the page follows. */
const MADE_MS = 100;
/** A server that was just started has its workers only after a while. */
const STARTING_MS = 5000;

export const isActive = (job: Job) => ACTIVE.has(job.state);

/** Whether a job that was given up can be asked for again as if it had not been. */
const mayReturn = (job: Job) => isActive(job) || job.state === "cancelled";

export class Workshop {
  /** Jobs that this tab has asked for, newest first. */
  jobs = $state.raw<Job[]>([]);
  health = $state.raw<Health | null>(null);
  unreachable = $state(false);
  /** Layouts on their way to a map. */
  readonly forming = new Forming();
  /** What the jobs that are followed told. */
  readonly chronicle = new Chronicle();
  /** All that hear of layouts: the map's own, and those of maps beside it. */
  #formings = new Set([this.forming]);

  /** How many workers are connected; null until known. */
  readonly workers = $derived(this.health === null ? null : this.health.workers.length);

  #lonely = $state(false);
  /** Since when no worker has been seen (performance clock). */
  #lonelySince: number | null = null;
  #makings = new Map<string, Making>();
  /** Jobs that are no longer asked for, because something else is looked at now. */
  #abandoned = new Set<string>();
  /** Jobs whose story is wanted, whether or not they go on. */
  #attended = new Set<string>();
  /** Inputs of waiting jobs that were looked up. */
  #sought = new Set<string>();
  #stream = new EventStream(
    (job) => this.#learn(job),
    () => this.#watch(),
    (entry) => {
      for (const forming of this.#formings) forming.hear(entry);
      this.chronicle.hear(entry);
    },
  );
  #watching: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    // The server did not answer somebody: look again until it does.
    listenForSilence(() => {
      this.unreachable = true;
      this.#watch();
    });
  }

  /** True when jobs wait and nobody is there, or starting, to do them. */
  get noWorker(): boolean {
    return this.#lonely && this.jobs.some(isActive);
  }

  /** The making of a recipe: the same object for the same recipe. */
  make(recipe: Recipe): Making {
    const key = canonical(recipe);
    let making = this.#makings.get(key);
    if (!making) {
      making = new Making(recipe);
      this.#makings.set(key, making);
      void this.#submit(making);
    } else if (making.job && mayReturn(making.job) && this.#abandoned.has(making.job.id)) {
      // Wanted again. Not at once: this may be asked while a value is derived.
      const back = making;
      const { id } = making.job;
      queueMicrotask(() => {
        if (this.#abandoned.has(id)) this.again(back);
      });
    }
    return making;
  }

  /** Hear the whole story of a job, also of one that has ended. */
  async attend(id: string): Promise<Job> {
    const job = await getJob(id);
    this.#attended.add(id);
    this.#learn(job);
    return job;
  }

  /** Ask for an artifact that nothing on the page waits for yet. */
  async begin(recipe: Recipe): Promise<Job> {
    const job = await submit(recipe);
    this.#learn(job);
    return job;
  }

  /**
   * Make something that nothing on the page follows; resolves when it is there.
   *
   * @throws {ApiError} Why it is not.
   */
  async made(recipe: Recipe): Promise<void> {
    const making = this.make(recipe);
    while (!making.manifest) {
      if (making.error) throw making.error;
      const { job } = making;
      if (job && !isActive(job) && job.state !== "done") {
        throw new ApiError(job.error?.message ?? "It was cancelled.", 0, job.state, null, job.id);
      }
      await new Promise((resolve) => setTimeout(resolve, MADE_MS));
    }
  }

  /** Tell somebody else of layouts too, until the returned function is called. */
  tellOfLayouts(forming: Forming): () => void {
    this.#formings.add(forming);
    return () => this.#formings.delete(forming);
  }

  /** The job that works for a making right now: its own, or one that it waits for. */
  atWork(making: Making): Job | null {
    const own = making.job;
    if (own === null || own.state !== "waiting") return own;
    const byId = new Map(this.jobs.map((job) => [job.id, job]));
    const queue = [...own.inputs];
    for (const id of queue) {
      const job = byId.get(id);
      if (job?.state === "running" || job?.state === "queued") return job;
      if (job) queue.push(...job.inputs);
    }
    return own;
  }

  /** Ask for what a running job has made so far. */
  async finish(job: Job): Promise<void> {
    this.#learn(await finishJob(job.id));
  }

  /** Stop a job because somebody says so: it stands there as stopped until they ask again. */
  async cancel(job: Job): Promise<void> {
    this.#abandoned.delete(job.id);
    this.#learn(await cancelJob(job.id));
  }

  /**
   * Give up what the page itself no longer needs: nobody is told of it, or asked to try again.
   * What is made from it may be what is looked at now, so that goes on, and it with it.
   */
  async abandon(job: Job): Promise<void> {
    if (this.#abandoned.has(job.id)) return;
    // What it is made from ends with it, unless something else waits for that too.
    for (const id of [job.id, ...job.inputs]) this.#abandoned.add(id);
    this.#learn(await leaveJob(job.id));
  }

  /**
   * Ask again for a job that failed or was cancelled, as far as this page knows: by its recipe, for
   * it may go on already, for something that is made from it or for another tab.
   */
  async retry(job: Job): Promise<void> {
    this.#abandoned.delete(job.id);
    for (const making of this.#makings.values()) {
      if (making.job?.id === job.id) making.error = null;
    }
    this.#learn(await submit(job.recipe));
  }

  /** Submit again what could not be made, submitted or fetched. */
  again(making: Making): void {
    making.error = null;
    if (making.job) this.#abandoned.delete(making.job.id);
    void this.#submit(making);
  }

  /** Show jobs that were begun before this page was opened and still go on. */
  async remember(): Promise<void> {
    try {
      for (const job of await getJobs()) if (isActive(job)) this.#learn(job);
    } catch {
      // The tray then shows what this page asks for itself, which is what matters here.
    }
  }

  dismiss(job: Job): void {
    this.jobs = this.jobs.filter((known) => known.id !== job.id);
  }

  async checkHealth(): Promise<void> {
    try {
      this.health = await getHealth();
      this.#countWorkers(this.health);
      if (this.unreachable) this.#recover();
    } catch {
      // Its silence is noticed as that of any other request.
    }
    if (this.unreachable || this.jobs.some(isActive)) this.#watch();
  }

  async #submit(making: Making): Promise<void> {
    try {
      const job = await submit(making.recipe);
      making.job = job;
      this.#learn(job);
    } catch (thrown) {
      making.error = asApiError(thrown);
    }
  }

  #learn(job: Job): void {
    const known = this.jobs.findIndex((other) => other.id === job.id);
    if (job.state === "cancelled" && this.#abandoned.has(job.id)) this.dismiss(job);
    else if (known >= 0) this.jobs = this.jobs.with(known, job);
    else if (job.state !== "done") this.jobs = [job, ...this.jobs];
    for (const making of this.#makings.values()) {
      if (making.job?.id !== job.id) continue;
      making.job = job;
      if (job.state === "done" && !making.manifest) void this.#fetch(making, job.id);
    }
    if (job.state === "waiting") for (const id of job.inputs) void this.#seek(id);
    const active = this.jobs.filter(isActive);
    this.#stream.follow([...new Set([...active.map((other) => other.id), ...this.#attended])]);
    if (active.length) this.#watch();
  }

  async #fetch(making: Making, id: string): Promise<void> {
    try {
      making.manifest = await getManifest(id);
    } catch (thrown) {
      making.error = asApiError(thrown);
    }
  }

  #countWorkers({ workers }: Health): void {
    const now = performance.now();
    const some = workers.some(({ queues }) => queues.some((queue) => queue !== "live"));
    this.#lonelySince = some ? null : (this.#lonelySince ?? now);
    this.#lonely = this.#lonelySince !== null && now - this.#lonelySince > STARTING_MS;
  }

  /** Get to know a job that the server made for another one. */
  async #seek(id: string): Promise<void> {
    if (this.#sought.has(id) || this.jobs.some((job) => job.id === id)) return;
    this.#sought.add(id);
    try {
      this.#learn(await getJob(id));
    } catch {
      // It is only shown as progress; the job that waits for it reports what goes wrong.
    }
  }

  #watch(): void {
    if (this.#watching !== undefined) return;
    this.#watching = setTimeout(
      () => {
        this.#watching = undefined;
        void this.checkHealth();
      },
      this.health ? HEALTH_MS : 0,
    );
  }

  #recover(): void {
    this.unreachable = false;
    for (const making of this.#makings.values()) {
      if (making.error?.unreachable) this.again(making);
    }
  }
}
