/** One run that is looked at: how it stands, its curves and its snapshots. */

import { getManifest, resolve } from "../../api/calls";
import { type ApiError, asApiError } from "../../api/http";
import type { Job, Manifest } from "../../api/types";
import { type Choice, choiceRecipe } from "../../recipes/recipe";
import { isActive, type Workshop } from "../workshop.svelte";
import { type Curves, curvesTold, type Snapshot, snapshotOf, withSnapshot } from "./curves";
import { loadHistory } from "./history";

/** Curves are drawn anew at most so often. */
const GATHER_MS = 100;

export class RunWatch {
  /** The artifact that the run makes, and its job; null until the server has told. */
  id = $state<string | null>(null);
  /** True once it is known whether the run has ever been started here. */
  known = $state(false);
  /** The run's artifact, or that of the step at which it was finished early. */
  manifest = $state.raw<Manifest | null>(null);
  curves = $state.raw<Curves>(curvesTold([]));
  snapshots = $state.raw<Snapshot[]>([]);
  /** What the run said in words. */
  notes = $state.raw<string[]>([]);
  error = $state.raw<ApiError | null>(null);
  /** Seconds that it would take; null when nobody knows. */
  seconds = $state<number | null>(null);

  /** Null for a run that was never started here, and for one of which only the artifact is left. */
  readonly job = $derived.by((): Job | null => {
    const { id } = this;
    return this.workshop.jobs.find((job) => job.id === id) ?? this.#ended;
  });

  /** True for a run that was never started here. */
  readonly missing = $derived.by(() => this.known && !this.job && !this.manifest);

  #ended = $state.raw<Job | null>(null);
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unlisten: (() => void) | undefined;

  constructor(private readonly workshop: Workshop) {}

  /** Look at this run from now on; it is not started. */
  async look(run: Choice): Promise<void> {
    this.close();
    this.#asked += 1;
    const asked = this.#asked;
    this.id = null;
    this.known = false;
    this.manifest = null;
    this.#ended = null;
    this.error = null;
    this.curves = curvesTold([]);
    this.snapshots = [];
    this.notes = [];
    try {
      const { id, state, estimate } = await resolve(choiceRecipe(run));
      if (asked !== this.#asked) return;
      this.seconds = estimate.seconds;
      if (state === "done") await this.#open(id, asked);
      else if (state !== "missing") await this.#attend(id, asked);
      if (asked !== this.#asked) return;
      this.id = id;
      this.known = true;
    } catch (thrown) {
      if (asked !== this.#asked) return;
      this.error = asApiError(thrown);
    }
  }

  /** Start it, or let it go on. */
  async start(run: Choice): Promise<void> {
    this.error = null;
    try {
      const job = await this.workshop.begin(choiceRecipe(run));
      this.#listen(job.id);
      this.id = job.id;
      this.known = true;
    } catch (thrown) {
      this.error = asApiError(thrown);
    }
  }

  async pause(): Promise<void> {
    await this.#ask((job) => this.workshop.cancel(job));
  }

  async resume(): Promise<void> {
    await this.#ask((job) => this.workshop.retry(job));
  }

  /** Take the run as it stands for its end. */
  async finish(): Promise<void> {
    await this.#ask((job) => this.workshop.finish(job));
  }

  /** The job has ended, well or not: what it made takes the place of what it told. */
  async settle(job: Job): Promise<void> {
    const made = job.state === "done" ? job.id : job.result;
    if (isActive(job) || !made || this.manifest?.id === made) return;
    const asked = this.#asked;
    try {
      await this.#open(made, asked);
    } catch (thrown) {
      if (asked === this.#asked) this.error = asApiError(thrown);
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#unlisten?.();
    this.#unlisten = undefined;
  }

  async #ask(action: (job: Job) => Promise<void>): Promise<void> {
    const { job } = this;
    if (!job) return;
    this.error = null;
    try {
      await action(job);
    } catch (thrown) {
      this.error = asApiError(thrown);
    }
  }

  async #attend(id: string, asked: number): Promise<void> {
    const job = await this.workshop.attend(id);
    if (asked !== this.#asked) return;
    this.#ended = job;
    this.#listen(id);
    await this.settle(job);
  }

  #listen(id: string): void {
    this.#unlisten?.();
    this.#unlisten = this.workshop.chronicle.listen((entry) => {
      if (entry.job !== id || this.#timer !== undefined) return;
      this.#timer = setTimeout(() => this.#gather(id), GATHER_MS);
    });
    this.#gather(id);
  }

  #gather(id: string): void {
    this.#timer = undefined;
    const story = this.workshop.chronicle.of(id);
    this.notes = story.flatMap(({ type, data }) =>
      type === "log" && typeof data.text === "string" ? [data.text] : [],
    );
    // What a run made says more than what of it was heard.
    if (this.manifest) return;
    this.curves = curvesTold(story.flatMap(({ type, data }) => (type === "metric" ? [data] : [])));
    let { snapshots } = this;
    for (const { type, data } of story) {
      const snapshot = type === "snapshot" ? snapshotOf(data) : null;
      if (snapshot) snapshots = withSnapshot(snapshots, snapshot);
    }
    this.snapshots = snapshots;
  }

  async #open(id: string, asked: number): Promise<void> {
    const manifest = await getManifest(id);
    const curves = await loadHistory(manifest);
    if (asked !== this.#asked) return;
    this.manifest = manifest;
    this.curves = curves;
    this.snapshots = snapshotsOf(manifest);
  }
}

/** The snapshots up to the one that a manifest describes, which is the last. */
export function snapshotsOf({ id, meta }: Pick<Manifest, "id" | "meta">): Snapshot[] {
  const { snapshots } = (meta.run ?? {}) as { snapshots?: unknown };
  if (!Array.isArray(snapshots)) return [];
  const last = snapshots.length - 1;
  return snapshots.flatMap((data, i) => {
    const own = i === last ? { ...(data as object), id } : data;
    const snapshot = snapshotOf(own);
    return snapshot ? [snapshot] : [];
  });
}
