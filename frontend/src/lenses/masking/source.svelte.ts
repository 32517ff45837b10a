/** One model that draws: asked as fast as it answers, and always the newest question. */

import { live } from "../../api/calls";
import { type ApiError, asApiError } from "../../api/http";
import type { Params } from "../../api/types";
import { canonical } from "../../recipes/recipe";
import { type Answer, readAnswer } from "./answer";

export interface Question {
  /** Ids of what it is asked of. */
  dataset: string;
  encoder: string;
  rows: number[];
  params: Params;
  seed: number;
}

/** Of two tabs of one browser neither takes the other's place. */
const TAB = crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36) ?? "";

/** What may work when asked again: the worker that answers is still starting, or is gone. */
export const isPassing = (error: ApiError) => error.status === 503 || error.unreachable;
const AGAIN_MS = 500;

export class Source {
  answer = $state.raw<Answer | null>(null);
  /** What the answer answers. */
  asked = $state.raw<Question | null>(null);
  error = $state.raw<ApiError | null>(null);
  #next: Question | null = null;
  #busy = false;
  #abort = new AbortController();
  /** Of which images the input is there, and as which model sees them. */
  #given = "";

  constructor(private readonly name: string) {}

  /** Ask; while an answer is on its way the question waits, and a newer one takes its place. */
  ask(question: Question): void {
    const given = givenOf(question);
    if (this.#given !== given) this.#leave(given);
    this.#next = question;
    void this.#work();
  }

  /** There is nothing to draw, or it is not known by whom. */
  forget(): void {
    this.#leave("");
  }

  /** Other images, or another model: what was on its way is not waited for. */
  #leave(given: string): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#given = given;
    this.#next = null;
    this.#busy = false;
    this.answer = null;
    this.asked = null;
    this.error = null;
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    const { signal } = this.#abort;
    for (let question = this.#take(); question; question = this.#take()) {
      const { dataset, encoder, rows, params, seed } = question;
      const inputs = this.answer === null;
      try {
        const frame = await live(
          "reconstruct",
          { dataset, encoder },
          { ...params, rows, inputs },
          signal,
          { seed, view: `masking-${this.name}-${TAB}` },
        );
        if (signal.aborted) return;
        this.answer = readAnswer(frame, this.answer?.input ?? null);
        this.asked = question;
        this.error = null;
      } catch (thrown) {
        if (signal.aborted) return;
        const error = asApiError(thrown);
        // By a call that is no longer waited for and came late: ask again.
        const late = error.code === "superseded";
        if (!late) this.error = error;
        if (!late && !isPassing(error)) continue;
        if (!late) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
        if (signal.aborted) return;
        this.#next ??= question;
      }
    }
    this.#busy = false;
  }

  #take(): Question | null {
    const question = this.#next;
    this.#next = null;
    return question;
  }
}

const givenOf = ({ dataset, encoder, rows }: Question) => canonical([dataset, encoder, rows]);
