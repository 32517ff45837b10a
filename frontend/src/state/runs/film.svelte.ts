/** The snapshots of encoder A's run: which there are, and which is looked at. */

import type { Manifest, Method } from "../../api/types";
import { canFollow, framesOf } from "../../recipes/film";
import { type Choice, canonical } from "../../recipes/recipe";
import { atStep, hasSnapshots, stepOf, wholeRun } from "../../recipes/runs";
import { findMethod } from "../../recipes/words";
import type { Making, Workshop } from "../workshop.svelte";
import type { Snapshot } from "./curves";
import { factsOf } from "./facts";
import { RunWatch, snapshotsOf } from "./watch.svelte";

/** The last snapshot of a film: the end of the run, or the step at which it was finished early. */
export type Through = "end" | number;

/** What of the desk a film needs. */
export interface Stage {
  readonly workshop: Workshop;
  readonly methods: Method[];
  readonly encoder: Choice;
  readonly analysisMethod: Method | undefined;
  through: Through | null;
  readonly makings: { encoder: Making; anchor: Making | null; analysis: Making } | null;
  setEncoder(choice: Choice): void;
}

/** A frame stays in sight for so long while the film plays. */
const FRAME_MS = 900;

export class Film {
  readonly #watch: RunWatch;
  playing = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #followed = "";

  constructor(private readonly stage: Stage) {
    this.#watch = new RunWatch(stage.workshop);
  }

  /** The run that encoder A is of; null where it is no trained one. */
  readonly run = $derived.by((): Choice | null => {
    const { encoder, methods } = this.stage;
    const method = findMethod(methods, "encoder", encoder.method);
    return method && hasSnapshots(method) ? wholeRun(encoder) : null;
  });

  /** The artifact that tells of the whole run, once it has ended. */
  readonly #anchor = $derived.by(
    (): Manifest | null => this.stage.makings?.anchor?.manifest ?? null,
  );

  /** All that are known, in the order of their steps. */
  readonly snapshots = $derived.by((): Snapshot[] => {
    if (!this.run) return [];
    if (this.#anchor) return snapshotsOf(this.#anchor);
    if (this.#watch.snapshots.length) return this.#watch.snapshots;
    const own = this.stage.makings?.encoder.manifest;
    return own ? snapshotsOf(own) : [];
  });

  /** The place of the one that is looked at; the last for the run itself. */
  readonly at = $derived.by((): number => {
    const step = stepOf(this.stage.encoder);
    const found = this.snapshots.findIndex((snapshot) => snapshot.step === step);
    return found < 0 ? this.snapshots.length - 1 : found;
  });

  /**
   * The encoders whose maps follow one another, from the one that is looked at to the last; fewer
   * than two where there is nothing to follow.
   */
  readonly frames = $derived.by((): Choice[] => {
    const { snapshots, at } = this;
    if (!this.#anchor || !snapshots.length || !canFollow(this.stage.analysisMethod)) return [];
    const here = snapshots[at]?.step ?? 0;
    const later = framesOf(snapshots).filter(({ step }) => step > here);
    const own = snapshots[at];
    return (own ? [own, ...later] : later).flatMap((snapshot) => this.choiceOf(snapshot) ?? []);
  });

  /** The frames as text: the same as long as the maps that follow from them are. */
  readonly sequence = $derived(canonical(this.frames));

  /** The encoder at a snapshot. */
  choiceOf({ step }: Snapshot): Choice | null {
    if (!this.run) return null;
    const facts = factsOf(this.#anchor);
    return atStep(this.run, facts && step === facts.steps ? null : step);
  }

  /** Look at the snapshot of a place. */
  go(place: number): void {
    const last = this.snapshots.length - 1;
    const snapshot = this.snapshots[Math.min(last, Math.max(0, place))];
    const choice = snapshot && this.choiceOf(snapshot);
    if (choice && canonical(choice) !== canonical(this.stage.encoder))
      this.stage.setEncoder(choice);
  }

  /** Follow the run of encoder A, whichever it is by now. */
  follow(): void {
    const key = this.run ? canonical(this.run) : "";
    if (key === this.#followed) return;
    this.#followed = key;
    this.pause();
    if (this.run) void this.#watch.look(this.run);
    else this.#watch.close();
  }

  /** Once the run has ended, its maps are seen as the last one is. */
  settle(): void {
    const facts = factsOf(this.#watch.manifest);
    if (!this.run || !facts || this.stage.through !== null) return;
    this.stage.through = facts.step === facts.steps ? "end" : facts.step;
  }

  /** The job of the run has moved. */
  attend(): void {
    const { job } = this.#watch;
    if (job) void this.#watch.settle(job);
  }

  play(): void {
    this.playing = true;
    if (this.at >= this.snapshots.length - 1) this.go(0);
    this.#next();
  }

  pause(): void {
    this.playing = false;
    clearTimeout(this.#timer);
  }

  /** Go on once the frame has been seen: one that is still being made is waited for. */
  #next(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.playing) return;
      const made = this.stage.makings?.analysis.manifest !== null;
      if (made && this.at >= this.snapshots.length - 1) return this.pause();
      if (made) this.go(this.at + 1);
      this.#next();
    }, FRAME_MS);
  }
}
