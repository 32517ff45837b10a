/** One model that draws what it is asked for. */

import { live } from "../../api/calls";
import type { Params } from "../../api/types";
import { canonical } from "../../recipes/recipe";
import { Asker, viewName } from "../../state/asker.svelte";
import { type Answer, readAnswer } from "./answer";

export interface Question {
  /** Ids of what it is asked of. */
  dataset: string;
  encoder: string;
  rows: number[];
  params: Params;
  seed: number;
}

export class Source extends Asker<Question, Answer> {
  constructor(name: string) {
    super(
      ({ dataset, encoder, rows }) => canonical([dataset, encoder, rows]),
      async ({ dataset, encoder, rows, params, seed }, before, signal) => {
        const asked = { ...params, rows, inputs: before === null };
        const more = { seed, view: viewName(`masking-${name}`) };
        const frame = await live("reconstruct", { dataset, encoder }, asked, signal, more);
        return readAnswer(frame, before?.input ?? null);
      },
    );
  }
}
