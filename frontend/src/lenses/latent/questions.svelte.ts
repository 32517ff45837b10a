/** What the lens asks the server: traversals from one image, and the way to another. */

import { live } from "../../api/calls";
import { canonical } from "../../recipes/recipe";
import { Asker, viewName } from "../../state/asker.svelte";
import { readTraversal, readWay, type Traversal, type Way } from "./answers";

interface Subject {
  /** Ids of what it is asked of. */
  dataset: string;
  encoder: string;
}

export interface Start extends Subject {
  row: number;
  components: number[];
  /** For each picture, by how much each of them is moved, in the code's own units. */
  moves: number[][];
  /** Whether deviations are asked for. */
  measure?: boolean;
}

export interface Ends extends Subject {
  rows: [number, number];
  steps: number;
}

export class Traverser extends Asker<Start, Traversal> {
  constructor(name: string) {
    super(
      ({ dataset, encoder, row, components }) => canonical([dataset, encoder, row, components]),
      async ({ dataset, encoder, row, components, moves, measure = false }, _before, signal) => {
        const params = { row, components, moves, measure };
        const more = { view: viewName(`latent-${name}`) };
        return readTraversal(await live("traverse", { dataset, encoder }, params, signal, more));
      },
    );
  }
}

export class Walker extends Asker<Ends, Way> {
  constructor() {
    super(
      ({ dataset, encoder, rows }) => canonical([dataset, encoder, rows]),
      async ({ dataset, encoder, rows, steps }, _before, signal) => {
        const more = { view: viewName("latent-way") };
        return readWay(
          await live("interpolate", { dataset, encoder }, { rows, steps }, signal, more),
        );
      },
    );
  }
}
