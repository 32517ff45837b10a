/** Selections that somebody saved by name. */

import { asInt32 } from "../api/arrays";
import { getArray, getJob, getManifest, submit } from "../api/calls";
import { type ApiError, asApiError } from "../api/http";
import {
  forgetSelection,
  getSelections,
  renameSelection,
  type SavedSelection,
  saveSelection,
} from "../api/library";
import type { Job, Manifest } from "../api/types";
import { type Choice, choiceRecipe, choose } from "../recipes/recipe";
import { rowsAsNpy } from "../uploads/npy";
import { sendUpload } from "../uploads/send";
import { isActive } from "./workshop.svelte";

const LOOK_AGAIN_MS = 150;

export class Saved {
  list = $state.raw<SavedSelection[]>([]);
  error = $state.raw<ApiError | null>(null);
  /** Whether something is being saved, renamed or forgotten. */
  busy = $state(false);
  /** Whether they are being looked up; that hinders nobody from saving one. */
  looking = $state(false);
  #dataset: string | null = null;

  /** Look at the selections of a dataset. */
  async look(dataset: string): Promise<void> {
    if (this.#dataset !== dataset) this.list = [];
    this.#dataset = dataset;
    this.looking = true;
    await this.#try(async () => {});
    this.looking = false;
  }

  /** Save rows of a dataset under a name. */
  async save(dataset: string, choice: Choice, name: string, rows: Int32Array): Promise<void> {
    await this.#do(async () => {
      const selection = await makeSelection(choice, rows);
      await saveSelection(dataset, name, selection.id);
    });
  }

  async rename(dataset: string, name: string, next: string): Promise<void> {
    await this.#do(() => renameSelection(dataset, name, next));
  }

  async forget(dataset: string, name: string): Promise<void> {
    await this.#do(() => forgetSelection(dataset, name));
  }

  /** The rows of a saved selection. */
  async rows({ selection }: SavedSelection): Promise<Int32Array> {
    return asInt32((await getArray(selection, "rows")).data);
  }

  /** How a saved selection is made. */
  recipe({ selection }: SavedSelection): Promise<Manifest> {
    return getManifest(selection);
  }

  async #do(action: () => Promise<unknown>): Promise<void> {
    this.busy = true;
    await this.#try(action);
    this.busy = false;
  }

  async #try(action: () => Promise<unknown>): Promise<void> {
    this.error = null;
    try {
      await action();
      if (this.#dataset) this.list = await getSelections(this.#dataset);
    } catch (thrown) {
      this.error = asApiError(thrown);
    }
  }
}

/** The immutable selection of these rows, made at once. */
async function makeSelection(dataset: Choice, rows: Int32Array): Promise<Job> {
  const upload = await sendUpload(rowsAsNpy(rows), () => {}, new AbortController().signal);
  const choice = { ...choose("selection", "rows", { upload }), inputs: { dataset } };
  let job = await submit(choiceRecipe(choice));
  while (isActive(job)) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    job = await getJob(job.id);
  }
  if (job.state !== "done") throw new Error(job.error?.message ?? "The selection was not saved.");
  return job;
}
