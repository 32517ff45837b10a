/** Encoder B as a lens has it. */

import { untrack } from "svelte";
import { choiceRecipe } from "../recipes/recipe";
import type { Desk } from "./desk.svelte";
import type { Making } from "./workshop.svelte";

export class SecondEncoder {
  /** Its making; null while there is no B. */
  making = $state.raw<Making | null>(null);

  /** To be made with a component: B is made while that is shown. */
  constructor(desk: () => Desk) {
    $effect(() => {
      const { second, workshop } = desk();
      this.making = second ? untrack(() => workshop.make(choiceRecipe(second))) : null;
    });
  }
}
