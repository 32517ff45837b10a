/** The datasets that the server keeps, for the library page and the chooser. */

import { getManifest } from "../api/calls";
import { type ApiError, asApiError } from "../api/http";
import { type Card, deleteArtifact, getDatasets, nameArtifact } from "../api/library";
import type { Method } from "../api/types";
import { needsMore } from "../recipes/needs";
import type { Choice } from "../recipes/recipe";
import { choiceOf } from "../recipes/runs";
import { findMethod } from "../recipes/words";

/** What of the desk the library needs. */
interface Shelf {
  readonly methods: Method[];
  lens: string;
  setDataset(choice: Choice): void;
}

const UNTOLD = "How this dataset was made is not told in full, so it cannot be opened here.";

const isDrawn = ({ asked, dataset }: Card) => !asked && dataset.parent !== null;

export class Library {
  /** Newest first; null until they are known. */
  cards = $state.raw<Card[] | null>(null);
  error = $state.raw<ApiError | null>(null);

  constructor(private readonly desk: Shelf) {}

  /** Parts that analyses have drawn for themselves: nobody asked for them. */
  readonly drawn = $derived((this.cards ?? []).filter(isDrawn));
  /** What people brought, opened or took out of others. */
  readonly kept = $derived((this.cards ?? []).filter((card) => !isDrawn(card)));

  /** Those that the chooser does not offer by itself. */
  readonly own = $derived(
    this.kept.filter(({ kind, method }) => {
      const known = findMethod(this.desk.methods, kind, method);
      return known === undefined || needsMore(known);
    }),
  );

  async refresh(): Promise<void> {
    try {
      this.cards = await getDatasets();
      this.error = null;
    } catch (thrown) {
      this.error = asApiError(thrown);
    }
  }

  /** Look at a dataset in the lens that it is best begun with. */
  async show(id: string): Promise<void> {
    const { recipe } = await getManifest(id);
    const choice = choiceOf(recipe, this.desk.methods);
    if (!choice) throw new Error(UNTOLD);
    this.desk.setDataset(choice);
    if (this.desk.lens === "library") this.desk.lens = "map";
  }

  async name(id: string, change: { title?: string; note?: string }): Promise<void> {
    await nameArtifact(id, change);
    await this.refresh();
  }

  async remove(id: string): Promise<void> {
    await deleteArtifact(id);
    await this.refresh();
  }
}
