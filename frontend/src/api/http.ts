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

const UNREACHABLE =
  "The Repscope server does not answer. Check that it is running; this page tries again by itself.";

/** Turn any thrown value into an ApiError, so that a view has one thing to show. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ApiError(message, 0, "client");
}

async function errorOf(response: Response): Promise<ApiError> {
  try {
    const { error } = await response.json();
    if (typeof error?.message === "string") {
      return new ApiError(
        error.message,
        response.status,
        error.code ?? "unknown",
        error.field ?? null,
        error.job ?? null,
      );
    }
  } catch {
    // A proxy's HTML page, say: the status is all there is to tell.
  }
  if (response.status >= 502 && response.status <= 504) {
    return new ApiError(UNREACHABLE, response.status, "unreachable");
  }
  return new ApiError(
    `The server answered ${response.status} ${response.statusText} without an explanation.`,
    response.status,
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
    throw new ApiError(UNREACHABLE, 0, "unreachable");
  }
  if (!response.ok) throw await errorOf(response);
  return response;
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await request(path, { signal })).json()) as T;
}

function post(path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const headers = { "Content-Type": "application/json" };
  return request(path, { method: "POST", headers, body: JSON.stringify(body), signal });
}

export async function postJson<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return (await (await post(path, body, signal)).json()) as T;
}

export async function postForBytes(
  path: string,
  body: unknown,
  signal?: AbortSignal,
): Promise<ArrayBuffer> {
  return (await post(path, body, signal)).arrayBuffer();
}
