/** One way to talk to the server, and one kind of error when that fails. */

/** What went wrong, in the server's own words where it had any. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
    readonly field: string | null = null,
    readonly job: string | null = null,
  ) {
    super(message);
    this.name = "ApiError";
  }

  /** True when no server answered at all. */
  get unreachable(): boolean {
    return this.code === "unreachable";
  }
}

export const UNREACHABLE =
  "The Repscope server does not answer. Check that it is running; this page tries again by itself.";

let silent = (): void => {};

/** Tell `listener` from now on whenever no server answers, whoever has asked. */
export function listenForSilence(listener: () => void): void {
  silent = listener;
}

/** Turn any thrown value into an ApiError, so that a view has one thing to show. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ApiError(message, 0, "client");
}

/** What a refusal says, in the server's words where it has any. */
export function refusalOf(status: number, statusText: string, body: string): ApiError {
  try {
    const { error } = JSON.parse(body);
    if (typeof error?.message === "string") {
      const { code = "unknown", field = null, job = null } = error;
      return new ApiError(error.message, status, code, field, job);
    }
  } catch {
    // A proxy's HTML page, say: the status is all there is to tell.
  }
  if (status >= 502 && status <= 504) return new ApiError(UNREACHABLE, status, "unreachable");
  return new ApiError(
    `The server answered ${status} ${statusText} without an explanation.`,
    status,
    "unknown",
  );
}

/** Fetch from the server; anything but success is thrown as an ApiError. */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/api${path}`, { credentials: "same-origin", ...init });
  } catch (thrown) {
    if (init.signal?.aborted) throw thrown;
    silent();
    throw new ApiError(UNREACHABLE, 0, "unreachable");
  }
  if (!response.ok) {
    const refusal = refusalOf(response.status, response.statusText, await response.text());
    if (refusal.unreachable) silent();
    throw refusal;
  }
  return response;
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await request(path, { signal })).json()) as T;
}

function send(method: string, path: string, body?: unknown, signal?: AbortSignal) {
  if (body === undefined) return request(path, { method, signal });
  const headers = { "Content-Type": "application/json" };
  return request(path, { method, headers, body: JSON.stringify(body), signal });
}

export async function postJson<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return (await (await send("POST", path, body, signal)).json()) as T;
}

/** Send a change whose answer does not matter. */
export async function sendJson(method: string, path: string, body?: unknown): Promise<void> {
  await send(method, path, body);
}

export async function postForBytes(
  path: string,
  body: unknown,
  signal?: AbortSignal,
): Promise<ArrayBuffer> {
  return (await send("POST", path, body, signal)).arrayBuffer();
}
