/** A choice being edited: checked by the server while it is typed, applied at once when it is cheap. */

import { resolve } from "../api/calls";
import { type ApiError, asApiError } from "../api/http";
import type { Params, Recipe } from "../api/types";
import { type Choice, canonical } from "../recipes/recipe";

/** Up to this many seconds of computing, a change is applied without asking. */
const CHEAP_SECONDS = 2;
const TYPING_MS = 120;

export class Draft {
  params = $state.raw<Params>({});
  seed = $state(0);
  checking = $state(false);
  /** Seconds that the change would cost; null when nobody knows. */
  seconds = $state<number | null>(null);
  error = $state.raw<ApiError | null>(null);
  /** What holds; the form asks at once whether it differs. */
  #base: Choice = $state.raw() as Choice;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #abort = new AbortController();

  constructor(
    choice: Choice,
    private readonly recipeOf: (choice: Choice) => Recipe,
    private readonly onApply: (choice: Choice) => void,
    private readonly cheapSeconds = CHEAP_SECONDS,
  ) {
    this.#base = choice;
    this.params = choice.params;
    this.seed = choice.seed;
  }

  get choice(): Choice {
    return { ...this.#base, params: this.params, seed: this.seed };
  }

  get changed(): boolean {
    const { params, seed } = this.#base;
    return canonical({ params, seed }) !== canonical({ params: this.params, seed: this.seed });
  }

  edit(change: { params?: Params; seed?: number }): void {
    this.params = change.params ?? this.params;
    this.seed = change.seed ?? this.seed;
    this.error = null;
    clearTimeout(this.#timer);
    this.#abort.abort();
    this.checking = this.changed;
    if (this.changed) this.#timer = setTimeout(() => this.#check(), TYPING_MS);
  }

  apply(): void {
    this.#base = this.choice;
    this.seconds = null;
    this.onApply(this.choice);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  async #check(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const answer = await resolve(this.recipeOf(this.choice), abort.signal);
      this.seconds = answer.estimate.seconds;
      const cheap = this.seconds !== null && this.seconds <= this.cheapSeconds;
      if (!abort.signal.aborted && (answer.state === "done" || cheap)) this.apply();
    } catch (thrown) {
      if (abort.signal.aborted) return;
      this.error = asApiError(thrown);
    }
    this.checking = false;
  }
}
