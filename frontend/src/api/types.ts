/** The shapes of the HTTP interface, named once for the whole page. */

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type Params = Record<string, Json>;

export interface Recipe {
  kind: string;
  method: string;
  version?: number | null;
  inputs?: Record<string, Recipe | string | (Recipe | string)[]>;
  params?: Params;
  seed?: number;
}

export interface MethodInput {
  name: string;
  kind: string;
  many: boolean;
  optional: boolean;
  description: string;
}

export interface Method {
  kind: string;
  method: string;
  version: number;
  title: string;
  summary: string;
  description: string;
  params: Record<string, unknown>;
  inputs: MethodInput[];
  output: string;
  queue: string;
  seeded: boolean;
  default: boolean;
}

export type JobState = "waiting" | "queued" | "running" | "done" | "failed" | "cancelled";

export interface Job {
  id: string;
  kind: string;
  method: string;
  title: string;
  state: JobState;
  recipe: Recipe;
  progress: number | null;
  message: string;
  remaining: number | null;
  metrics: Record<string, number>;
  error: { message: string; detail?: string | null } | null;
  attempts: number;
  position: number | null;
  inputs: string[];
  created: number;
  started: number | null;
  ended: number | null;
}

export interface ArrayInfo {
  dtype: string;
  shape: number[];
  bytes: number;
  sha256: string;
}

export interface Manifest {
  id: string;
  kind: string;
  method: string;
  version: number;
  recipe: Recipe;
  arrays: Record<string, ArrayInfo>;
  meta: Record<string, unknown>;
  metrics: Record<string, number>;
  seconds: number;
}

export interface Health {
  status: string;
  version: string;
  workers: { id: string; queues: string[]; device: string; state: string }[];
  queue: number;
}

export interface Resolution {
  id: string;
  state: JobState | "missing";
  recipe: Recipe;
  estimate: { seconds: number | null };
}
