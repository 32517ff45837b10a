/** The state of the page: what is looked at, and the artifacts that this needs. */

import { untrack } from "svelte";
import { getMethods } from "../api/calls";
import { type ApiError, asApiError } from "../api/http";
import type { Method } from "../api/types";
import { fromTheStart, toTheEnd } from "../recipes/flow";
import {
  analysisRecipe,
  atlasRecipe,
  type Choice,
  canFill,
  canonical,
  choiceRecipe,
  embeddingRecipe,
  type Maps,
  type Subject,
  valuesRecipe,
} from "../recipes/recipe";
import { randomStarts, startsAtRandom } from "../recipes/starts";
import { findMethod } from "../recipes/words";
import { datasetInfo } from "./columns";
import { Lines } from "./lines.svelte";
import { defaultView, type ValuesChoice, type View } from "./link";
import { Living } from "./living.svelte";
import { Neighbors } from "./neighbors.svelte";
import { Selection } from "./selection.svelte";
import { isActive, type Making, Workshop } from "./workshop.svelte";

/** The artifacts behind the page. */
export interface Makings {
  dataset: Making;
  encoder: Making;
  embedding: Making;
  atlas: Making;
  analysis: Making;
  /** Computed values that color the points. */
  values: Making | null;
}

export class Desk {
  readonly workshop = new Workshop();
  readonly selection = new Selection();
  readonly neighbors = new Neighbors();
  readonly lines = new Lines();
  readonly living: Living;

  methods = $state.raw<Method[]>([]);
  error = $state.raw<ApiError | null>(null);

  lens = $state("map");
  dataset = $state.raw<Choice>(defaultView().dataset);
  encoder = $state.raw<Choice>(defaultView().encoder);
  layer = $state<string | null>(null);
  analysis = $state.raw<Choice>(defaultView().analysis);
  camera = $state.raw<number[]>([]);
  /** The setting by which small maps are compared; null shows the one map. */
  compare = $state<string | null>(null);
  color = $state<string | null>(null);
  /** Computed values that color the points; null is a column of the dataset. */
  values = $state.raw<ValuesChoice | null>(null);
  hidden = $state.raw<number[]>([]);

  makings = $state.raw<Makings | null>(null);

  /** The dataset that is looked at, once it is made. */
  readonly info = $derived.by(() => {
    const manifest = this.makings?.dataset.manifest;
    return manifest ? datasetInfo(manifest) : null;
  });

  readonly subject: Subject = $derived({
    dataset: this.dataset,
    encoder: this.encoder,
    layer: this.layer,
  });

  /** The method of the lens's analysis, as the catalogue describes it. */
  readonly analysisMethod = $derived(
    findMethod(this.methods, this.analysis.kind, this.analysis.method),
  );

  constructor() {
    this.living = new Living(this);
  }

  async open(): Promise<void> {
    this.error = null;
    try {
      this.methods = await getMethods();
    } catch (thrown) {
      this.error = asApiError(thrown);
      return;
    }
    void this.workshop.checkHealth();
    void this.workshop.remember();
  }

  /** Workers that come up may know more methods. */
  async refreshMethods(): Promise<void> {
    if (!this.methods.length) return;
    try {
      const methods = await getMethods();
      if (canonical(methods) !== canonical(this.methods)) this.methods = methods;
    } catch {
      // The catalogue that is there serves on; a server that is gone is told elsewhere.
    }
  }

  /** Ask for all that the present choices need. */
  make(): void {
    const maps = this.maps();
    if (!maps) return;
    const before = untrack(() => this.makings);
    this.makings = {
      dataset: this.workshop.make(choiceRecipe(this.dataset)),
      encoder: this.workshop.make(choiceRecipe(this.encoder)),
      embedding: this.workshop.make(embeddingRecipe(this.subject)),
      analysis: this.workshop.make(maps.shown),
      atlas: this.workshop.make(atlasRecipe(this.dataset)),
      values: this.#makeValues(),
    };
    untrack(() => this.#leave(before, this.makings));
  }

  /** What was begun for other images, or another encoder, must not keep these waiting. */
  #leave(before: Makings | null, now: Makings | null): void {
    if (!before || !now || before.embedding === now.embedding) return;
    const kept = new Set(Object.values(now));
    for (const making of Object.values(before)) {
      const job = making?.job;
      if (!making || !job || !isActive(job) || kept.has(making)) continue;
      // Where it has ended in the meantime there is nothing to stop.
      this.workshop.abandon(job).catch(() => {});
    }
  }

  /** The map that is looked at and its like; null where the server does not know its method. */
  maps(): Maps | null {
    const method = this.analysisMethod;
    if (!method) return null;
    const { analysis, subject } = this;
    const starts = startsAtRandom(method) ? randomStarts(analysis, method, subject) : [];
    return { shown: analysisRecipe(analysis, method, subject), starts };
  }

  /** Whether this view has all that a method needs. */
  canFill(method: Method): boolean {
    return canFill(method, startsAtRandom(this.analysisMethod));
  }

  #makeValues(): Making | null {
    if (!this.values) return null;
    const { kind, method: name } = this.values;
    const method = findMethod(this.methods, kind, name);
    if (!method || !this.canFill(method)) return null;
    return this.workshop.make(valuesRecipe(this.values, method, this.subject, this.maps()));
  }

  /** Color by a column of the dataset (null is its usual one), or by computed values. */
  paint(color: string | null, values: ValuesChoice | null): void {
    this.color = color;
    this.values = values;
    this.hidden = [];
  }

  /** Find the neighbors of the primary row, as far as the embedding is there. */
  async findNeighbors(): Promise<void> {
    const embedding = this.makings?.embedding.manifest;
    const count = embedding?.arrays.features?.shape[0] ?? 0;
    await this.neighbors.find(embedding?.id ?? null, this.selection.primary, count);
    if (this.neighbors.error?.unreachable) this.workshop.noticeSilence();
  }

  /** Find the neighbors of the row under the pointer, if lines to them are wanted. */
  async findPointed(): Promise<void> {
    const embedding = this.makings?.embedding.manifest ?? null;
    const count = embedding?.arrays.features?.shape[0] ?? 0;
    await this.lines.find(embedding?.id ?? null, this.selection.hover, count);
  }

  /** Another dataset has other rows, classes and columns. */
  setDataset(choice: Choice): void {
    this.dataset = choice;
    this.#forgetStart();
    this.camera = [];
    this.paint(null, null);
    this.neighbors.forget();
    this.selection.select([0], "page", "replace", 0);
  }

  setEncoder(choice: Choice): void {
    if (choice.method !== this.encoder.method) this.layer = null;
    this.encoder = choice;
    this.#forgetStart();
  }

  setLayer(layer: string | null): void {
    this.layer = layer;
    this.#forgetStart();
  }

  /** What a map flowed on from, and where it was stopped, says nothing of other vectors. */
  #forgetStart(): void {
    const { start, params } = this.analysis;
    if (start || "stop_at" in params) this.analysis = fromTheStart(toTheEnd(this.analysis));
  }

  /** Everything that a link holds. */
  view(): View {
    return {
      ...this.subject,
      lens: this.lens,
      analysis: this.analysis,
      camera: this.camera,
      compare: this.compare,
      color: this.color,
      values: this.values,
      hidden: this.hidden,
      rows: this.selection.rows,
      primary: this.selection.primary,
    };
  }

  /** Show what a link holds. */
  show(view: View): void {
    if (canonical(view.dataset) !== canonical(this.dataset)) this.neighbors.forget();
    this.lens = view.lens;
    this.dataset = view.dataset;
    this.encoder = view.encoder;
    this.layer = view.layer;
    this.analysis = view.analysis;
    this.camera = view.camera;
    this.compare = view.compare;
    this.color = view.color;
    this.values = view.values;
    this.hidden = view.hidden;
    this.selection.select(view.rows, "link", "replace", view.primary ?? undefined);
  }
}
