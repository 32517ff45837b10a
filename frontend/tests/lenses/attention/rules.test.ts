import { describe, expect, it } from "vitest";
import { choiceOf, type Rule, titleOf, verdict } from "../../../src/lenses/attention/rules";

const rule = (name: string, jaccard: number, low: number, more: Partial<Rule> = {}): Rule => ({
  rule: name,
  jaccard,
  error: 0.01,
  behind: low + 0.01,
  interval: [low, low + 0.02],
  ...more,
});

describe("rules", () => {
  it("tell what others chose", () => {
    expect(choiceOf(rule("chosen", 0.5, 0, { head: 2, mass: 0.8 }), 3)).toBe("head 3, 80% kept");
    expect(choiceOf(rule("chosen", 0.5, 0, { head: 0, mass: 0.8 }), 1)).toBe("80% kept");
    expect(choiceOf(rule("disc", 0.5, 0, { area: 0.28 }), 3)).toBe("28% of the image");
    const contrast = rule("contrast", 0.5, 0, { ground: "border", distance: 0.2 });
    expect(choiceOf(contrast, 3)).toBe("over 0.20 from the border color");
    expect(titleOf(rule("random", 0.5, 0, { draws: 3 }), 3)).toBe("Random weights, 3 networks");
  });

  it("say together what is found better than what", () => {
    const rules = [
      rule("chosen", 0.404, 0),
      rule("oracle", 0.5, -0.1),
      rule("random", 0.3, 0.08),
      rule("disc", 0.41, -0.015),
      rule("contrast", 0.75, -0.4),
    ];
    expect(verdict(rules, 700, 3)).toBe(
      "Over 700 images that chose nothing, the head that others chose covers objects with a Jaccard index of 0.40, better than the same network with random weights; no better than a disc in the middle and colors that stand out.",
    );
  });
});
