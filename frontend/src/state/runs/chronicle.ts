/** What running jobs told: kept, so that a view that comes later can still hear the whole story. */

import type { Entry } from "../../api/types";

/** Of these the newest alone counts, and it is followed elsewhere. */
const PASSING = new Set(["intermediate", "state"]);

export class Chronicle {
  #stories = new Map<string, Entry[]>();
  #listeners = new Set<(entry: Entry) => void>();

  hear(entry: Entry): void {
    if (PASSING.has(entry.type)) return;
    const story = this.#stories.get(entry.job) ?? [];
    // A stream that is opened anew tells again what it told before.
    if (story.length && (story.at(-1) as Entry).number >= entry.number) return;
    this.#stories.set(entry.job, story);
    story.push(entry);
    for (const listener of this.#listeners) listener(entry);
  }

  /** What a job told so far. */
  of(job: string): readonly Entry[] {
    return this.#stories.get(job) ?? [];
  }

  /** Hear what follows, until the returned function is called. */
  listen(listener: (entry: Entry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
