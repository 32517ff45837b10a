/** One stream of job news per tab, reopened when the list of jobs changes. */

import type { Entry, Job } from "./types";

/** Browsers reconnect by themselves after a dropped line, but not after a refusal. */
const RETRY_MS = 2000;
/** Jobs come in handfuls (a recipe and its inputs): wait for the whole handful. */
const GATHER_MS = 30;

export class EventStream {
  #source: EventSource | null = null;
  #wanted: string[] = [];
  #open = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly onJob: (job: Job) => void,
    private readonly onTrouble: () => void,
    private readonly onEntry: (entry: Entry) => void,
  ) {}

  /** Follow exactly these jobs from now on. */
  follow(ids: string[]): void {
    this.#wanted = [...ids].sort();
    if (this.#wanted.join() === this.#open && this.#source) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), GATHER_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    this.#open = "";
  }

  #connect(): void {
    this.close();
    if (this.#wanted.length === 0) return;
    this.#open = this.#wanted.join();
    const source = new EventSource(`/api/events?jobs=${this.#open}`);
    this.#source = source;
    source.addEventListener("job", (event) => this.onJob(JSON.parse(event.data) as Job));
    source.addEventListener("entry", (event) => this.onEntry(JSON.parse(event.data) as Entry));
    source.addEventListener("error", () => {
      this.onTrouble();
      if (source.readyState !== EventSource.CLOSED || source !== this.#source) return;
      this.close();
      this.#timer = setTimeout(() => this.#connect(), RETRY_MS);
    });
  }
}
