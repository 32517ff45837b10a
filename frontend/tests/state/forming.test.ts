import { describe, expect, it } from "vitest";
import type { NumericArray } from "../../src/api/arrays";
import type { Entry } from "../../src/api/types";
import { Forming, newsOf } from "../../src/state/forming.svelte";

const entry = (frame: number, more: Partial<Entry> = {}): Entry => ({
  job: "a",
  number: frame,
  type: "intermediate",
  data: { frame, slot: frame % 2, step: frame * 10, steps: 100, kl: 1.5 },
  created: 0,
  ...more,
});
const points: NumericArray = { shape: [1, 2], data: new Float32Array(2) };
const settle = () => new Promise((done) => setTimeout(done, 0));

/** A server whose answers come when the test lets them. */
function slow() {
  const asked: number[] = [];
  const answers: ((refuse?: boolean) => void)[] = [];
  const fetch = (_job: string, slot: number) =>
    new Promise<NumericArray>((resolve, reject) => {
      asked.push(slot);
      answers.push((refuse) => (refuse ? reject(new Error("gone")) : resolve(points)));
    });
  return { asked, answers, forming: new Forming(fetch, () => 0) };
}

describe("Forming", () => {
  it("has one request under way, and then fetches the newest layout", async () => {
    const { asked, answers, forming } = slow();
    forming.follow("a");
    for (const frame of [1, 2, 3]) forming.hear(entry(frame));
    expect(asked).toEqual([1]);
    answers[0]?.();
    await settle();
    expect(forming.frame?.frame).toBe(1);
    expect(asked).toEqual([1, 1]);
    answers[1]?.();
    await settle();
    expect(forming.frame).toMatchObject({ frame: 3, step: 30, steps: 100, kl: 1.5 });
    expect(asked.length).toBe(2);
  });

  it("takes a job up from the middle, and forgets the one before", async () => {
    const { answers, forming } = slow();
    forming.hear(entry(7, { job: "b" }));
    forming.follow("b");
    answers[0]?.();
    await settle();
    expect(forming.frame?.job).toBe("b");
    forming.follow("c");
    expect(forming.frame).toBeNull();
  });

  it("does not go back when a stream tells its story again", async () => {
    const { asked, answers, forming } = slow();
    forming.follow("a");
    forming.hear(entry(5));
    answers[0]?.();
    await settle();
    forming.hear(entry(2));
    expect(asked.length).toBe(1);
    expect(forming.frame?.frame).toBe(5);
  });

  it("goes on after a layout that was gone", async () => {
    const { answers, forming } = slow();
    forming.follow("a");
    forming.hear(entry(1));
    answers[0]?.(true);
    await settle();
    forming.hear(entry(2));
    answers[1]?.();
    await settle();
    expect(forming.frame?.frame).toBe(2);
  });

  it("hears layouts only, with or without a divergence", () => {
    expect(newsOf(entry(1, { type: "log" }))).toBeNull();
    expect(newsOf(entry(1, { data: {} }))).toBeNull();
    expect(newsOf(entry(1, { data: { frame: 1, slot: 0, step: 2, steps: 3 } }))?.kl).toBeNull();
  });
});
