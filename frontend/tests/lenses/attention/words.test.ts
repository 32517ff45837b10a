import { describe, expect, it } from "vitest";
import type { Answer } from "../../../src/lenses/attention/answer";
import { columnsText, sentence } from "../../../src/lenses/attention/words";
import { defaultAttention } from "../../../src/state/attention";

const usual = defaultAttention();
const seen = (change: Partial<Answer>) =>
  ({ kind: "attention", cls: true, block: 1, blocks: ["a", "b", "c"], ...change }) as Answer;

describe("the sentence of the Attention lens", () => {
  it("tells who reads, where, and what is colored", () => {
    expect(sentence(seen({}), usual)).toBe(
      "Each map shows from which patches the cls token, which stands for the whole image, reads " +
        "at block 2 of 3; in color are the strongest, which hold 60% of its attention. What is " +
        "read from need not be what decides.",
    );
    expect(sentence(seen({ cls: false }), usual)).toContain("all of them on average read at block");
    expect(sentence(seen({}), { ...usual, kept: 100 })).toContain("block 2 of 3. What");
    expect(sentence(seen({}), { ...usual, drawn: "contour" })).toContain("inside the line are");
    expect(sentence(null, usual)).not.toContain("block");
  });

  it("says that a convolutional network has no attention", () => {
    expect(sentence(seen({ kind: "grad_cam" }), usual)).toContain("speak for the class");
    expect(sentence(seen({ kind: "energy" }), usual)).toContain(
      "whatever they say, at layer 2 of 3; in color are the strongest, which hold 60% of the map.",
    );
  });

  it("explains only the columns that there are", () => {
    const rollout = new Float32Array(1);
    expect(columnsText(seen({ heads: 3, rollout }))).toMatch(/Features.*Mean.*Rollout/);
    expect(columnsText(seen({ heads: 1, rollout: null }))).not.toMatch(/Mean|Rollout/);
  });
});
