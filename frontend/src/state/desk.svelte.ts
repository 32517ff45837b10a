/** The state of the page: what is looked at, and the artifacts that this needs. */

import { untrack } from "svelte";
import { getMethods } from "../api/calls";
import { type ApiError, asApiError } from "../api/http";
import type { Manifest, Method } from "../api/types";
import { frameRecipe } from "../recipes/film";
import { fittedOn } from "../recipes/fitted";
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
import { atStep, sameRun } from "../recipes/runs";
import { randomStarts, startsAtRandom } from "../recipes/starts";
import { encoderFor } from "../recipes/vectors";
import { findMethod } from "../recipes/words";
import type { Attention } from "./attention";
import { datasetInfo } from "./columns";
import type { Dissimilarity } from "./dissimilarity";
import { Filtering } from "./filtering.svelte";
import { Intake } from "./intake.svelte";
import type { Latent } from "./latent";
import { Library } from "./library.svelte";
import { Lines } from "./lines.svelte";
import { defaultView, type ValuesChoice } from "./link";
import { Living } from "./living.svelte";
import type { Masking } from "./masking";
import { Neighbors } from "./neighbors.svelte";
import { Film, type Through } from "./runs/film.svelte";
import { Plan } from "./runs/plan.svelte";
import { Saved } from "./saved.svelte";
import { Selection } from "./selection.svelte";
import { Crossing } from "./travel";
import { isActive, type Making, Workshop } from "./workshop.svelte";

/** The artifacts behind the page. */
export interface Makings {
  dataset: Making;
  encoder: Making;
  embedding: Making;
  atlas: Making;
  analysis: Making;
  /** The last snapshot of the run that encoder A is of, once it has ended. */
  anchor: Making | null;
  /** Computed values that color the points. */
  values: Making | null;
}

export class Desk {
  readonly workshop = new Workshop();
  readonly selection = new Selection();
  readonly neighbors = new Neighbors();
  readonly lines = new Lines();
  readonly filtering = new Filtering();
  readonly saved = new Saved();
  readonly living: Living;
  /** The snapshots of encoder A, where it is of a run. */
  readonly film: Film;
  /** The next training, as far as it is planned. */
  readonly plan = new Plan();
  readonly intake: Intake;
  readonly library: Library;
  readonly #crossing = new Crossing();

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
  /** The last snapshot that maps of encoder A's run are seen from; null until it has ended. */
  through = $state<Through | null>(null);
  /** Whether maps of snapshots follow one another, instead of each being made for itself. */
  following = $state(true);
  /** The probe of the Evaluate lens, and the encoders that it compares with A. */
  probe = $state.raw<Choice>(defaultView().probe);
  beside = $state.raw<Choice[]>([]);
  /** The runs that the Runs page compares. */
  compared = $state.raw<string[]>([]);
  /** The training that is looked at; null plans a new one. */
  run = $state.raw<Choice | null>(null);

  /** Encoder B, where a lens looks at one beside A. */
  second = $state.raw<Choice | null>(null);
  /** How the Masking lens is set. */
  masking = $state.raw<Masking>(defaultView().masking);
  /** How the Attention lens is set. */
  attention = $state.raw<Attention>(defaultView().attention);
  latent = $state.raw<Latent>(defaultView().latent);
  dissimilarity = $state.raw<Dissimilarity>(defaultView().dissimilarity);

  makings = $state.raw<Makings | null>(null);

  readonly #manifest = $derived(this.makings?.dataset.manifest ?? null);

  /** The dataset that is looked at, once it is made; the same as long as its manifest is. */
  readonly info = $derived(this.#manifest && datasetInfo(this.#manifest));

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
    this.film = new Film(this);
    this.intake = new Intake(this);
    this.library = new Library(this);
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
      anchor: this.#makeAnchor(),
      atlas: this.workshop.make(atlasRecipe(this.dataset)),
      values: this.#makeValues(),
    };
    untrack(() => this.#leave(before, this.makings));
  }

  /** The run whose snapshots are gone through, and on which images. */
  #gone = "";

  /** What was begun for other images, or another encoder, must not keep these waiting. */
  #leave(before: Makings | null, now: Makings | null): void {
    const { run } = this.film;
    const gone = run ? canonical([run, this.dataset, this.layer]) : "";
    const within = gone !== "" && gone === this.#gone;
    this.#gone = gone;
    // The map of one snapshot is made from those of the ones after it.
    if (within || !before || !now || before.embedding === now.embedding) return;
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
    const { frames } = this.film;
    const shown =
      this.following && frames.length > 1
        ? frameRecipe(analysis, method, subject, frames)
        : analysisRecipe(analysis, method, subject);
    return { shown, starts };
  }

  /** Whether this view has all that a method needs. */
  canFill(method: Method): boolean {
    return canFill(method, startsAtRandom(this.analysisMethod));
  }

  #makeAnchor(): Making | null {
    const { run } = this.film;
    if (!run || this.through === null) return null;
    const end = atStep(run, this.through === "end" ? null : this.through);
    return this.workshop.make(choiceRecipe(end));
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

  /** The embedding, and how many vectors it has; none while it is not there. */
  get #vectors() {
    const embedding = this.makings?.embedding.manifest;
    return { id: embedding?.id ?? null, count: embedding?.arrays.features?.shape[0] ?? 0 };
  }

  /** Find the neighbors of the primary row, as far as the embedding is there. */
  async findNeighbors(): Promise<void> {
    const { id, count } = this.#vectors;
    await this.neighbors.find(id, this.selection.primary, count);
  }

  /** Find the neighbors of the row under the pointer, if lines to them are wanted. */
  async findPointed(): Promise<void> {
    const { id, count } = this.#vectors;
    await this.lines.find(id, this.selection.hover, count);
  }

  /** A dataset is made: what was selected on the one before is selected here, where they share it. */
  async arrive(to: Manifest): Promise<void> {
    const rows = await this.#crossing.arrive(to);
    // Somebody may have selected something else meanwhile.
    if (rows?.length && this.selection.origin === "page") this.selection.select(rows, "page");
  }

  /** Another dataset has other rows, classes and columns. */
  setDataset(choice: Choice): void {
    this.#crossing.leave(this.makings?.dataset.manifest ?? null, this.selection.rows);
    const encoder = encoderFor(choice, this.dataset, this.encoder, defaultView().encoder);
    this.setEncoder(fittedOn(choice, encoder, this.methods));
    this.beside = this.beside.map((each) => fittedOn(choice, each, this.methods));
    this.dataset = choice;
    this.dissimilarity = { ...this.dissimilarity, order: null, window: null };
    this.#forgetStart();
    this.camera = [];
    this.paint(null, null);
    this.filtering.clear();
    this.neighbors.forget();
    this.selection.select([0], "page", "replace", 0);
  }

  setEncoder(choice: Choice): void {
    const { method, params } = this.encoder;
    if (choice.method !== method || choice.params.name !== params.name) {
      this.layer = null;
      this.latent = { ...this.latent, pair: null };
    }
    if (!sameRun(choice, this.encoder)) this.through = null;
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
}
