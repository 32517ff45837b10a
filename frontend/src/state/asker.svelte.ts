/** A live view: asked as fast as it answers, and always the newest question. */

import { type ApiError, asApiError } from "../api/http";

/** Of two tabs of one browser neither takes the other's place. */
const TAB = crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36) ?? "";

/** A name for the server, of which calls under one name only the newest counts. */
export const viewName = (name: string) => `${name}-${TAB}`;

/** What may work when asked again: the worker that answers is still starting, or is gone. */
export const isPassing = (error: ApiError) => error.status === 503 || error.unreachable;
const AGAIN_MS = 500;

export class Asker<Question, Answer> {
  answer = $state.raw<Answer | null>(null);
  /** What the answer answers. */
  asked = $state.raw<Question | null>(null);
  error = $state.raw<ApiError | null>(null);
  #next: Question | null = null;
  #busy = false;
  #abort = new AbortController();
  #subject = "";

  /**
   * @param subjectOf what a question is about: an answer about something else is not shown
   * @param send asks the server; gets the answer before, if it was about the same
   */
  constructor(
    private readonly subjectOf: (question: Question) => string,
    private readonly send: (
      question: Question,
      before: Answer | null,
      signal: AbortSignal,
    ) => Promise<Answer>,
  ) {}

  /** Ask; while an answer is on its way the question waits, and a newer one takes its place. */
  ask(question: Question): void {
    const subject = this.subjectOf(question);
    if (this.#subject !== subject) this.#leave(subject);
    this.#next = question;
    void this.#work();
  }

  /** There is nothing to ask, or it is not known of what. */
  forget(): void {
    this.#leave("");
  }

  /** It is about something else: what was on its way is not waited for. */
  #leave(subject: string): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#subject = subject;
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
      try {
        const answer = await this.send(question, this.answer, signal);
        if (signal.aborted) return;
        this.answer = answer;
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
