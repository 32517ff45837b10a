/** What the page looks at, taken down for a link and shown from one. */

import { canonical } from "../recipes/recipe";
import type { Desk } from "./desk.svelte";
import type { View } from "./link";

/** Everything that a link holds. */
export function viewOf(desk: Desk): View {
  return {
    ...desk.subject,
    lens: desk.lens,
    analysis: desk.analysis,
    camera: desk.camera,
    compare: desk.compare,
    color: desk.color,
    values: desk.values,
    hidden: desk.hidden,
    through: desk.through,
    following: desk.following,
    probe: desk.probe,
    beside: desk.beside,
    compared: desk.compared,
    run: desk.run,
    second: desk.second,
    masking: desk.masking,
    attention: desk.attention,
    latent: desk.latent,
    dissimilarity: desk.dissimilarity,
    filter: desk.filtering.filter,
    rows: desk.selection.rows,
    primary: desk.selection.primary,
  };
}

/** Show what a link holds. */
export function showView(desk: Desk, view: View): void {
  if (canonical(view.dataset) !== canonical(desk.dataset)) desk.neighbors.forget();
  desk.lens = view.lens;
  desk.dataset = view.dataset;
  desk.encoder = view.encoder;
  desk.layer = view.layer;
  desk.analysis = view.analysis;
  desk.camera = view.camera;
  desk.compare = view.compare;
  desk.color = view.color;
  desk.values = view.values;
  desk.hidden = view.hidden;
  desk.through = view.through;
  desk.following = view.following;
  desk.probe = view.probe;
  desk.beside = view.beside;
  desk.compared = view.compared;
  desk.run = view.run;
  desk.second = view.second;
  desk.masking = view.masking;
  desk.attention = view.attention;
  desk.latent = view.latent;
  desk.dissimilarity = view.dissimilarity;
  desk.filtering.filter = view.filter;
  desk.selection.select(view.rows, "link", "replace", view.primary ?? undefined);
}
