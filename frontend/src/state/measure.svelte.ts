/** The measuring of a map: at once where that is quick, else when somebody asks. */

import { resolve } from "../api/calls";
import { asApiError } from "../api/http";
import type { Recipe } from "../api/types";
import type { Making, Workshop } from "./workshop.svelte";

export class Measure {
  making = $state.raw<Making | null>(null);
  /** Whether the server has said how it stands: only then is it known whether to ask. */
  resolved = $state(false);
  /** What it would cost; null until known. */
  seconds = $state<number | null>(null);
  problem = $state("");
  #recipe: Recipe | null = null;

  constructor(
    private readonly workshop: Workshop,
    /** Up to this many seconds it is measured without being asked. */
    private readonly cheapSeconds: number,
  ) {}

  /** Another map is to be measured; the returned function gives up the question. */
  consider(recipe: Recipe): () => void {
    this.#recipe = recipe;
    this.making = null;
    this.resolved = false;
    this.seconds = null;
    this.problem = "";
    const abort = new AbortController();
    resolve(recipe, abort.signal)
      .then(({ state, estimate }) => {
        if (abort.signal.aborted) return;
        this.seconds = estimate.seconds;
        const cheap = this.seconds !== null && this.seconds <= this.cheapSeconds;
        if (state === "done" || cheap) this.begin();
        this.resolved = true;
      })
      .catch((thrown) => {
        if (!abort.signal.aborted) this.problem = asApiError(thrown).message;
      });
    return () => abort.abort();
  }

  begin(): void {
    if (!this.#recipe) return;
    this.making = this.workshop.make(this.#recipe);
    if (this.making.job?.state === "cancelled") this.workshop.again(this.making);
  }
}
