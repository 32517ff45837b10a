/** The calls that the page makes, one function each. */

import type { NumericArray } from "./arrays";
import { type Frame, parseFrame } from "./frame";
import { getJson, postForBytes, postJson, request } from "./http";
import { parseNpy } from "./npy";
import type { Health, Job, Manifest, Method, Params, Recipe, Resolution } from "./types";

export const getHealth = (signal?: AbortSignal) => getJson<Health>("/health", signal);

export const getMethods = async () => (await getJson<{ methods: Method[] }>("/catalogue")).methods;

export const resolve = (recipe: Recipe, signal?: AbortSignal) =>
  postJson<Resolution>("/resolve", recipe, signal);

export const submit = (recipe: Recipe) => postJson<Job>("/jobs", recipe);

/** The newest jobs that this browser has asked for. */
export const getJobs = async () => (await getJson<{ jobs: Job[] }>("/jobs?limit=50")).jobs;

export const cancelJob = (id: string) => postJson<Job>(`/jobs/${id}/cancel`, {});

export const retryJob = (id: string) => postJson<Job>(`/jobs/${id}/retry`, {});

export const getManifest = (id: string) => getJson<Manifest>(`/artifacts/${id}`);

/** One array of an artifact; immutable, so the browser's cache answers the second time. */
export async function getArray(id: string, name: string): Promise<NumericArray> {
  const response = await request(`/artifacts/${id}/arrays/${encodeURIComponent(name)}.npy`);
  return parseNpy(await response.arrayBuffer());
}

export async function getAtlasPage(dataset: string, page: number, size: number): Promise<Blob> {
  return (await request(`/datasets/${dataset}/atlas/${page}?size=${size}`)).blob();
}

export const imageUrl = (dataset: string, row: number, size: number) =>
  `/api/datasets/${dataset}/images/${row}?size=${size}`;

export async function live(
  method: string,
  inputs: Record<string, string>,
  params: Params,
  signal?: AbortSignal,
): Promise<Frame> {
  return parseFrame(await postForBytes(`/live/${method}`, { inputs, params }, signal));
}
