import { expect, test } from "vitest";
import { choose } from "../../../src/recipes/recipe";
import { Plan } from "../../../src/state/runs/plan.svelte";

const SHARED = ["epochs"];
const digits = choose("dataset", "digits");

function planned(): Plan {
  const plan = new Plan();
  plan.choose("mae", SHARED);
  plan.suit({ flip: false });
  return plan;
}

test("what images ask for goes with them", () => {
  const plan = planned();
  expect(plan.params).toEqual({ flip: false });
  plan.suit({});
  expect(plan.params).toEqual({});
});

test("what a person set stays", () => {
  const plan = planned();
  plan.params = { epochs: 3, flip: true };
  plan.suit({ flip: false });
  expect(plan.params).toEqual({ epochs: 3, flip: true });
});

test("what a person took back does not come again", () => {
  const plan = planned();
  plan.params = {};
  plan.suit({ flip: false });
  expect(plan.params).toEqual({});
});

test("another objective is asked anew", () => {
  const plan = planned();
  plan.choose("simclr", SHARED);
  expect(plan.params).toEqual({});
  plan.suit({ flip: false });
  expect(plan.params).toEqual({ flip: false });
});

test("the same objective once more keeps what its images ask for", () => {
  const plan = planned();
  plan.params = { ...plan.params, epochs: 3, mask_ratio: 0.5 };
  plan.choose("mae", SHARED);
  expect(plan.params).toEqual({ epochs: 3, flip: false });
});

test("a run of before is planned as it was", () => {
  const plan = planned();
  plan.take({ ...choose("encoder", "simclr", { epochs: 5 }), inputs: { dataset: digits } });
  plan.suit({ flip: false });
  expect(plan.params).toEqual({ epochs: 5 });
});
