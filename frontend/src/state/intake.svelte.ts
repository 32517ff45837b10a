/** Bringing in data: from files or a name to a dataset that is looked at. */

import { asApiError } from "../api/http";
import type { Json, Params } from "../api/types";
import {
  type Choice,
  choiceRecipe,
  choose,
  embeddingRecipe,
  type Subject,
} from "../recipes/recipe";
import { type Found, gatherChosen, gatherDropped } from "../uploads/gather";
import { pack } from "../uploads/pack";
import { NothingToAdd, type Plan, planFor, type Route } from "../uploads/plan";
import { type Progress, sendUpload } from "../uploads/send";
import { Sent } from "../uploads/sent";
import { defaultView } from "./link";
import { isActive, type Making, type Workshop } from "./workshop.svelte";

/** What of the desk the intake needs. */
interface Bench {
  readonly workshop: Workshop;
  readonly subject: Subject;
  setDataset(choice: Choice): void;
  setEncoder(choice: Choice): void;
  analysis: Choice;
  lens: string;
}

export type Step =
  | { at: "idle" }
  | { at: "looking"; files: number }
  | { at: "asking"; plan: Plan }
  | { at: "packing"; done: number; files: number }
  | { at: "sending"; progress: Progress }
  | { at: "making"; making: Making }
  /** With what was asked, where it can be asked again. */
  | { at: "refused"; what: string; why: string; job: string | null; plan?: Plan | null }
  | { at: "done"; title: string; left: Left };

/** What was left out of a dataset. */
export interface Left {
  count: number;
  files: { name: string; why: string }[];
}

export class Intake {
  step = $state.raw<Step>({ at: "idle" });
  /** Whether its panel is to be seen. */
  open = $state(false);
  #giveUp = new AbortController();
  readonly #sent = new Sent();
  /** What was asked last, of files that are being taken in. */
  #asked: Plan | null = null;

  constructor(private readonly desk: Bench) {}

  readonly busy = $derived(["packing", "sending", "making"].includes(this.step.at));

  /** Look at files that were dropped; call this while the event is handled. */
  async drop(items: DataTransferItemList): Promise<void> {
    const found = gatherDropped(items, (files) => {
      if (this.step.at === "looking") this.step = { at: "looking", files };
    });
    await this.#look(found);
  }

  /** Look at files that were chosen. */
  async choose(files: Iterable<File>): Promise<void> {
    await this.#look(Promise.resolve(gatherChosen(files)));
  }

  /** Take the files in, in one of the ways that there are. */
  async take(route: Route, params: Params): Promise<void> {
    const abort = new AbortController();
    this.#giveUp = abort;
    this.#asked = this.step.at === "asking" ? this.step.plan : null;
    try {
      const uploads = await this.#send(route, abort.signal);
      await this.#make(choose(route.kind, route.method, { ...params, ...uploads }), abort.signal);
    } catch (thrown) {
      if (abort.signal.aborted) this.step = { at: "idle" };
      else this.#refuse("These files were not added", thrown);
    }
  }

  /** Make a dataset that has a name. */
  async fetch(choice: Choice): Promise<void> {
    const abort = new AbortController();
    this.#giveUp = abort;
    this.#asked = null;
    try {
      await this.#make(choice, abort.signal);
    } catch (thrown) {
      if (abort.signal.aborted) this.step = { at: "idle" };
      else this.#refuse("This dataset was not added", thrown);
    }
  }

  /** Give up what goes on. */
  async cancel(): Promise<void> {
    this.#giveUp.abort();
    const job = this.step.at === "making" ? this.step.making.job : null;
    if (job && isActive(job)) await this.desk.workshop.abandon(job).catch(() => {});
    this.step = { at: "idle" };
  }

  /** Ask again how files are to be taken. */
  ask(plan: Plan): void {
    if (!this.busy) this.step = { at: "asking", plan };
  }

  /** Begin anew. */
  reset(): void {
    if (!this.busy) this.step = { at: "idle" };
  }

  async #look(gathering: Promise<Found[]>): Promise<void> {
    if (this.busy) return;
    this.open = true;
    this.step = { at: "looking", files: 0 };
    try {
      const plan = await planFor(await gathering);
      const [route] = plan.routes;
      if (plan.single && route) await this.take(route, plan.title ? { title: plan.title } : {});
      else this.step = { at: "asking", plan };
    } catch (thrown) {
      if (thrown instanceof NothingToAdd) {
        this.step = { at: "refused", what: "Nothing to add", why: thrown.message, job: null };
      } else this.#refuse("These files could not be looked at", thrown);
    }
  }

  /** Send each file that was not sent before; returns the params that name them. */
  async #send(route: Route, signal: AbortSignal): Promise<Record<string, Json>> {
    const bodies: Record<string, Blob> = { ...route.files };
    if (route.pack.length) {
      const files = route.pack.length;
      const tell = (done: number) => {
        this.step = { at: "packing", done, files };
      };
      tell(0);
      bodies.upload = await pack(route.pack, tell, signal);
    }
    const total = Object.values(bodies).reduce((sum, { size }) => sum + size, 0);
    const params: Record<string, Json> = {};
    let before = 0;
    for (const [name, body] of Object.entries(bodies)) {
      const tell = (progress: Progress) => {
        const sent = before + progress.sent;
        const { speed } = progress;
        const remaining = speed ? (total - sent) / speed : null;
        this.step = { at: "sending", progress: { sent, total, speed, remaining } };
      };
      tell({ sent: 0, total, speed: null, remaining: null });
      const sha256 =
        (await this.#sent.find(body, signal)) ?? (await sendUpload(body, tell, signal));
      this.#sent.note(body, sha256);
      params[name] = sha256;
      before += body.size;
    }
    return params;
  }

  /** Have it made, and look at it. */
  async #make(choice: Choice, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const recipe =
      choice.kind === "encoder"
        ? embeddingRecipe({ ...this.desk.subject, encoder: choice, layer: null })
        : choiceRecipe(choice);
    const making = this.desk.workshop.make(recipe);
    if (making.job?.state === "failed" || making.error) this.desk.workshop.again(making);
    this.step = { at: "making", making };
    await ended(making, signal);
    signal.throwIfAborted();
    const { manifest, job, error } = making;
    if (!manifest) {
      const why = error?.message ?? job?.error?.message ?? "It was stopped.";
      const what = "This was not added";
      const failed = job?.state === "failed" ? job.id : null;
      this.step = { at: "refused", what, why, job: failed, plan: this.#asked };
      if (job) this.desk.workshop.dismiss(job);
      return;
    }
    if (choice.kind === "encoder") this.desk.setEncoder(choice);
    else {
      this.desk.setDataset(choice);
      // The one map that a single image has.
      if (manifest.meta.count === 1) this.desk.analysis = defaultView().analysis;
    }
    if (this.desk.lens === "library") this.desk.lens = "map";
    const left = leftOut(manifest.meta.left_out);
    const title = String(manifest.meta.title ?? choice.method);
    if (left.count) this.step = { at: "done", title, left };
    else {
      this.step = { at: "idle" };
      this.open = false;
    }
  }

  #refuse(what: string, thrown: unknown): void {
    const { message, job } = asApiError(thrown);
    this.step = { at: "refused", what, why: message, job };
  }
}

/** Wait until a making has come to something, or has failed. */
function ended(making: Making, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = $effect.root(() => {
      $effect(() => {
        const { manifest, error, job } = making;
        const over = manifest || error || job?.state === "failed" || job?.state === "cancelled";
        if (over) finish();
      });
    });
    const finish = () => {
      queueMicrotask(() => stop());
      resolve();
    };
    signal.addEventListener("abort", finish, { once: true });
  });
}

/** What `meta.left_out` says. */
function leftOut(told: unknown): Left {
  const { count = 0, files = [] } = (told ?? {}) as Partial<Left>;
  return { count: Number(count), files: Array.isArray(files) ? files : [] };
}
