/** The calls that the page makes, one function each. */

import type { NumericArray } from "./arrays";
import { type Frame, parseFrame } from "./frame";
import { getJson, postForBytes, postJson, request } from "./http";
import { parseNpy } from "./npy";
import type { Answer, Method, Params, Recipe } from "./types";

export const getHealth = (signal?: AbortSignal) =>
  getJson<Answer<"/api/health", "get">>("/health", signal);

export async function getMethods(): Promise<Method[]> {
  const { methods } = await getJson<Answer<"/api/catalogue", "get">>("/catalogue");
  return methods.map((method) => ({
    ...method,
    inputs: method.inputs ?? [],
    cost: method.cost ?? {},
  }));
}

export const resolve = (recipe: Recipe, signal?: AbortSignal) =>
  postJson<Answer<"/api/resolve", "post">>("/resolve", recipe, signal);

export const submit = (recipe: Recipe) => postJson<Answer<"/api/jobs", "post">>("/jobs", recipe);

/** The newest jobs that this browser has asked for. */
export const getJobs = async () =>
  (await getJson<Answer<"/api/jobs", "get">>("/jobs?limit=50")).jobs;

export const getJob = (id: string) => getJson<Answer<"/api/jobs/{id}", "get">>(`/jobs/${id}`);

export const cancelJob = (id: string) =>
  postJson<Answer<"/api/jobs/{id}/cancel", "post">>(`/jobs/${id}/cancel`, {});

/** Take the wish for a job back, but none for what is made from it: it goes on for those. */
export const leaveJob = (id: string) =>
  postJson<Answer<"/api/jobs/{id}/cancel", "post">>(`/jobs/${id}/cancel?alone=true`, {});

/** Ask for what a running job has made so far; it stands in `result` once it is published. */
export const finishJob = (id: string) =>
  postJson<Answer<"/api/jobs/{id}/finish", "post">>(`/jobs/${id}/finish`, {});

/** A layout while it forms; the next but one takes its place. */
export async function getIntermediate(id: string, slot: number): Promise<NumericArray> {
  const response = await request(`/jobs/${id}/intermediate/${slot}.npy`);
  return parseNpy(await response.arrayBuffer());
}

/** All trainings that are under way or left something, newest first. */
export const getRuns = async () => (await getJson<Answer<"/api/runs", "get">>("/runs")).runs;

export const getManifest = (id: string) =>
  getJson<Answer<"/api/artifacts/{id}", "get">>(`/artifacts/${id}`);

/** One array of an artifact; immutable, so the browser's cache answers the second time. */
export async function getArray(id: string, name: string): Promise<NumericArray> {
  const response = await request(`/artifacts/${id}/arrays/${encodeURIComponent(name)}.npy`);
  return parseNpy(await response.arrayBuffer());
}

/** A page of the dataset's atlas of the usual size. */
export async function getAtlasPage(dataset: string, page: number): Promise<Blob> {
  return (await request(`/datasets/${dataset}/atlas/${page}`)).blob();
}

export const imageUrl = (dataset: string, row: number, size: number) =>
  `/api/datasets/${dataset}/images/${row}?size=${size}`;

export interface LiveOptions {
  seed?: number;
  /** Which view asks: a newer call of it takes the place of one that waits. */
  view?: string;
}

export async function live(
  method: string,
  inputs: Record<string, string>,
  params: Params,
  signal?: AbortSignal,
  more: LiveOptions = {},
): Promise<Frame> {
  return parseFrame(await postForBytes(`/live/${method}`, { inputs, params, ...more }, signal));
}
