import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError, asApiError, getJson, listenForSilence, postJson } from "../../src/api/http";

const answer = (body: string, status: number, statusText = "") =>
  vi.stubGlobal("fetch", vi.fn().mockResolvedValue(new Response(body, { status, statusText })));

afterEach(() => vi.unstubAllGlobals());

async function failure(work: Promise<unknown>): Promise<ApiError> {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(ApiError);
  return thrown as ApiError;
}

describe("requests", () => {
  it("sends JSON and reads JSON", async () => {
    answer('{"id": "a"}', 202);
    expect(await postJson("/jobs", { kind: "dataset" })).toEqual({ id: "a" });
    const [path, init] = vi.mocked(fetch).mock.calls[0] as [string, RequestInit];
    expect(path).toBe("/api/jobs");
    expect(init.body).toBe('{"kind":"dataset"}');
  });

  it("throws what the server says, with its field and job", async () => {
    const error = {
      code: "invalid_recipe",
      message: "k is too large.",
      field: "params.k",
      job: "j",
    };
    answer(JSON.stringify({ error }), 422);
    const thrown = await failure(getJson("/resolve"));
    expect(thrown).toMatchObject({ ...error, status: 422, unreachable: false });
  });

  it("makes do with answers that are not its own", async () => {
    answer("<html>", 500, "Internal Server Error");
    expect((await failure(getJson("/x"))).message).toContain("500 Internal Server Error");
    answer("<html>Bad gateway</html>", 502);
    expect((await failure(getJson("/x"))).unreachable).toBe(true);
  });

  it("says so when no server answers", async () => {
    vi.stubGlobal("fetch", vi.fn().mockRejectedValue(new TypeError("Failed to fetch")));
    expect((await failure(getJson("/x"))).unreachable).toBe(true);
  });

  it("tells who listens that nobody answers, and nothing of refusals", async () => {
    const heard = vi.fn();
    listenForSilence(heard);
    answer("{}", 404);
    await failure(getJson("/x"));
    expect(heard).not.toHaveBeenCalled();
    answer("<html>Bad gateway</html>", 502);
    await failure(getJson("/x"));
    expect(heard).toHaveBeenCalledTimes(1);
    vi.stubGlobal("fetch", vi.fn().mockRejectedValue(new TypeError("Failed to fetch")));
    await failure(getJson("/x"));
    expect(heard).toHaveBeenCalledTimes(2);
  });

  it("turns anything thrown into one kind of error", () => {
    expect(asApiError(new Error("odd")).message).toBe("odd");
    expect(asApiError("words").message).toBe("words");
  });
});
