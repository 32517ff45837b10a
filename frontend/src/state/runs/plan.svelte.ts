/** A training that is planned: checked by the server while it is set, begun by hand. */

import { resolve } from "../../api/calls";
import { type ApiError, asApiError } from "../../api/http";
import type { Params } from "../../api/types";
import { type Choice, choiceRecipe, choose } from "../../recipes/recipe";
import { wholeRun } from "../../recipes/runs";

const TYPING_MS = 120;

export class Plan {
  /** Null until an objective is known. */
  objective = $state<string | null>(null);
  params = $state.raw<Params>({});
  seed = $state(0);
  /** The encoder whose weights the training begins with. */
  start = $state.raw<Choice | null>(null);
  checking = $state(false);
  /** Seconds that it would take; null when nobody knows. */
  seconds = $state<number | null>(null);
  /** How the server stands to it: "missing" was never trained. */
  standing = $state<string | null>(null);
  error = $state.raw<ApiError | null>(null);
  /** What was set for the images, and may go with them. */
  #suited: Params = {};
  /** A run of before is planned as it was. */
  #taken = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #abort = new AbortController();

  /** The whole run on these images; null while no objective is chosen. */
  runOn(dataset: Choice): Choice | null {
    if (this.objective === null) return null;
    const run = choose("encoder", this.objective, this.params, this.seed);
    return { ...run, inputs: this.start ? { dataset, start: this.start } : { dataset } };
  }

  /** Plan what a run was, to change it. */
  take(run: Choice): void {
    const { method, params, seed, inputs } = wholeRun(run);
    this.objective = method;
    this.params = params;
    this.seed = seed;
    this.start = inputs?.start ?? null;
    this.#suited = {};
    this.#taken = true;
  }

  /**
   * Plan to go on from an encoder: the same objective, from its weights.
   *
   * @param like how it was trained, where that is not what it is itself
   */
  fork(from: Choice, like: Choice = from): void {
    this.take(like);
    this.start = from;
  }

  /** Another objective; what is set of the settings that they share stays. */
  choose(objective: string, shared: readonly string[]): void {
    const stays = Object.entries(this.params).filter(([name]) => shared.includes(name));
    if (objective !== this.objective) this.#suited = {};
    this.objective = objective;
    this.params = { ...this.#suited, ...Object.fromEntries(stays) };
    this.#taken = false;
  }

  /** Set what these images ask for, where nobody set it by hand. */
  suit(asked: Params): void {
    if (this.#taken || JSON.stringify(asked) === JSON.stringify(this.#suited)) return;
    const byHand = Object.entries(this.params).filter(([name, value]) => {
      return this.#suited[name] !== value;
    });
    this.params = { ...asked, ...Object.fromEntries(byHand) };
    this.#suited = asked;
  }

  /** Ask the server what the plan would take, once nothing changes for a moment. */
  check(dataset: Choice): void {
    const run = this.runOn(dataset);
    clearTimeout(this.#timer);
    this.#abort.abort();
    this.error = null;
    this.checking = run !== null;
    if (run) this.#timer = setTimeout(() => this.#ask(run), TYPING_MS);
  }

  async #ask(run: Choice): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const { state, estimate } = await resolve(choiceRecipe(run), abort.signal);
      this.seconds = estimate.seconds;
      this.standing = state;
    } catch (thrown) {
      if (abort.signal.aborted) return;
      this.error = asApiError(thrown);
      this.seconds = null;
      this.standing = null;
    }
    this.checking = false;
  }
}
