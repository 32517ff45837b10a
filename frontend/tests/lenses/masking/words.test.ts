import { describe, expect, it } from "vitest";
import { sentence } from "../../../src/lenses/masking/words";
import { defaultMasking } from "../../../src/state/masking";

describe("the sentence of the Masking lens", () => {
  const told = (change: object) => sentence({ ...defaultMasking(), ...change });

  it("tells what is hidden", () => {
    expect(told({})).toContain("here patches one by one at random.");
    expect(told({ mask: "object" })).toContain("here all patches that an object touches.");
  });

  it("tells how to read the last picture, which has no spread where all masks are equal", () => {
    expect(told({})).toContain("near their average");
    expect(told({ spread: true })).toContain("the last picture is bright");
    for (const mask of ["center", "object", "background", "painted"]) {
      expect(told({ spread: true, mask })).toContain("near their average");
    }
  });
});
