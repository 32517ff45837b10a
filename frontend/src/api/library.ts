/** Calls about what is kept: datasets, their names, selections, files of them. */

import { getJson, postJson, sendJson } from "./http";
import type { Answer, Schemas } from "./types";

export type Card = Schemas["ArtifactSummary"] & { dataset: Schemas["DatasetCard"] };
export type Dependents = Schemas["Dependents"];
export type SavedSelection = Schemas["SavedSelection"];

/** All datasets, newest first. */
export async function getDatasets(): Promise<Card[]> {
  const cards: Card[] = [];
  let cursor: string | null = null;
  do {
    const page: Answer<"/api/artifacts", "get"> = await getJson(
      `/artifacts?kind=dataset&limit=500${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
    );
    for (const card of page.artifacts) if (card.dataset) cards.push(card as Card);
    cursor = page.cursor;
  } while (cursor);
  return cards;
}

/** Encoders of some methods among the newest of all, newest first. */
export async function getEncoders(
  methods: readonly string[],
): Promise<Schemas["ArtifactSummary"][]> {
  const { artifacts } = await getJson<Answer<"/api/artifacts", "get">>(
    "/artifacts?kind=encoder&limit=500",
  );
  return artifacts.filter((each) => methods.includes(each.method));
}

/** Change what people call an artifact, or what they noted of it. */
export const nameArtifact = (id: string, change: { title?: string; note?: string }) =>
  sendJson("PATCH", `/artifacts/${id}`, change);

export const getDependents = (id: string) => getJson<Dependents>(`/artifacts/${id}/dependents`);

/** Delete an artifact and all that stands on it. */
export const deleteArtifact = (id: string) => sendJson("DELETE", `/artifacts/${id}?cascade=true`);

/** An encoder as a file to take along. */
export const encoderUrl = (id: string) => `/api/artifacts/${id}/encoder.safetensors`;

export const mosaicUrl = (id: string) => `/api/datasets/${id}/mosaic?columns=8&rows=4`;

/** Files of a dataset, all of it or a selection. */
export const exportUrl = (id: string, file: string, selection?: string) =>
  `/api/datasets/${id}/export/${file}${selection ? `?selection=${selection}` : ""}`;

export const EXPORTS = [
  { file: "images.zip", title: "Images, zip" },
  { file: "table.csv", title: "Table, CSV" },
  { file: "table.parquet", title: "Table, Parquet" },
  { file: "arrays.npz", title: "Arrays, npz" },
] as const;

const selectionsOf = (dataset: string, name?: string) =>
  `/datasets/${dataset}/selections${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;

export const getSelections = async (dataset: string) =>
  (await getJson<Schemas["SavedSelections"]>(selectionsOf(dataset))).selections;

export const saveSelection = (dataset: string, name: string, selection: string) =>
  postJson<SavedSelection>(selectionsOf(dataset), { name, selection });

export const renameSelection = (dataset: string, name: string, next: string) =>
  sendJson("PATCH", selectionsOf(dataset, name), { name: next });

export const forgetSelection = (dataset: string, name: string) =>
  sendJson("DELETE", selectionsOf(dataset, name));
