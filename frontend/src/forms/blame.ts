/** Which field of a form a complaint of the server is about. */

import type { ApiError } from "../api/http";

/** "count" for a complaint about "inputs.embedding.inputs.dataset.params.count". */
export function fieldOf(error: ApiError | null): string | null {
  return /(?:^|\.)params\.([^.[]+)/.exec(error?.field ?? "")?.[1] ?? null;
}
