/** Networks that are looked into: at whole images, and from one patch. */

import { live } from "../../api/calls";
import { canonical } from "../../recipes/recipe";
import { Asker, viewName } from "../../state/asker.svelte";
import type { Features, Split } from "../../state/attention";
import { type Answer, type Pointed, readAnswer, readPointed } from "./answer";

interface Subject {
  /** Ids of what it is asked of. */
  dataset: string;
  encoder: string;
  rows: number[];
  weights: "trained" | "random";
}

export interface Question extends Subject {
  block: number | null;
  features: Features;
  colors: Split;
}

export interface PatchQuestion extends Subject {
  block: number;
  features: Features;
  /** Which of the images, and the number of the patch. */
  image: number;
  patch: number;
}

const subjectOf = ({ dataset, encoder, rows, weights }: Subject) =>
  canonical([dataset, encoder, rows, weights]);

/** What is seen in whole images. */
export class Whole extends Asker<Question, Answer> {
  constructor(name: string) {
    super(subjectOf, async ({ dataset, encoder, ...asked }, before, signal) => {
      const params = { ...asked, inputs: before === null };
      const more = { view: viewName(`attention-${name}`) };
      const frame = await live("attend", { dataset, encoder }, params, signal, more);
      return readAnswer(frame, before?.pictures ?? null);
    });
  }
}

/** What is seen from one patch. */
export class FromPatch extends Asker<PatchQuestion, Pointed> {
  constructor(name: string) {
    super(subjectOf, async ({ dataset, encoder, ...asked }, _before, signal) => {
      const more = { view: viewName(`attention-patch-${name}`) };
      return readPointed(await live("attend", { dataset, encoder }, { ...asked }, signal, more));
    });
  }
}
