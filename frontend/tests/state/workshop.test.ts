import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Job } from "../../src/api/types";
import { Workshop } from "../../src/state/workshop.svelte";

const recipe = { kind: "dataset", method: "digits" } as const;

const job = (state: string) =>
  ({ id: "a", state, inputs: [], recipe, error: null }) as unknown as Job;

/** A server that answers every call alike; returns what it is asked about jobs. */
function answer(state: string): string[] {
  const asked: string[] = [];
  vi.stubGlobal("EventSource", class extends EventTarget {});
  vi.stubGlobal("fetch", async (path: string) => {
    if (path.startsWith("/api/jobs")) asked.push(path);
    return Response.json(job(state));
  });
  return asked;
}

// The page looks after the workers while a job goes on; not here.
beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a retry", () => {
  it("is a wish for the recipe: the job may go on already, for another wish", async () => {
    const asked = answer("queued");
    const workshop = new Workshop();
    await workshop.retry(job("cancelled"));
    expect(asked).toEqual(["/api/jobs"]);
    expect(workshop.jobs.map(({ state }) => state)).toEqual(["queued"]);
  });
});

describe("what is given up", () => {
  it("is asked for again when it is wanted while it still goes on", async () => {
    const asked = answer("running");
    const workshop = new Workshop();
    const making = workshop.make(recipe);
    await vi.waitFor(() => expect(making.job).not.toBeNull());
    await workshop.abandon(job("running"));
    // What is made from it may be looked at now: only the wish for itself is taken back.
    expect(asked).toEqual(["/api/jobs", "/api/jobs/a/cancel?alone=true"]);
    workshop.make(recipe);
    workshop.make(recipe);
    await vi.waitFor(() => expect(asked.slice(2)).toEqual(["/api/jobs"]));
  });
});
