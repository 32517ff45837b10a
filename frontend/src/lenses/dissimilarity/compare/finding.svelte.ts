/** A comparison on its way: asked for, made, read. */

import { untrack } from "svelte";
import { asApiError } from "../../../api/http";
import type { Manifest, Recipe } from "../../../api/types";
import { troubleOf } from "../../../panels/trouble";
import type { Desk } from "../../../state/desk.svelte";
import type { Making } from "../../../state/workshop.svelte";

export interface Wishes<T> {
  desk: Desk;
  /** What is compared; null while that is not known. */
  recipe: Recipe | null;
  /** What has to be there before it is known. */
  first: (Making | null | undefined)[];
  read: (manifest: Manifest) => Promise<T>;
}

export class Finding<T> {
  readonly #wishes: () => Wishes<T>;
  readonly #making = $derived.by(() => {
    const { recipe, desk } = this.#wishes();
    return recipe && untrack(() => desk.workshop.make(recipe));
  });
  #read = $state.raw<{ of: Manifest; value: T } | null>(null);

  /** Why it cannot be read; empty as long as it can. */
  problem = $state("");
  readonly manifest = $derived(this.#making?.manifest ?? null);
  readonly value = $derived(
    this.#read && this.#read.of === this.manifest ? this.#read.value : null,
  );
  /** What is waited for. */
  readonly awaited = $derived.by(() => {
    const { first } = this.#wishes();
    return this.#making ?? first.find((each) => each && !each.manifest) ?? null;
  });
  readonly trouble = $derived(
    this.awaited && troubleOf(this.awaited, this.#making ? "comparison" : this.awaited.recipe.kind),
  );

  /** To be made with a component: the comparison is asked for while that is shown. */
  constructor(wishes: () => Wishes<T>) {
    this.#wishes = wishes;
    $effect(() => {
      const of = this.manifest;
      this.problem = "";
      if (!of) return;
      untrack(() => wishes().read(of)).then(
        (value) => {
          if (this.manifest === of) this.#read = { of, value };
        },
        (thrown) => {
          this.problem = asApiError(thrown).message;
        },
      );
    });
  }
}
