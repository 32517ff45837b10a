import { describe, expect, it } from "vitest";
import {
  type Arrangement,
  arrange,
  GAP,
  GROUP_GAP,
  LINE,
} from "../../../src/lenses/masking/arrange";

/** The room of a window of 1440 by 900, of one of 1024 by 768, and of a phone. */
const WIDE = [1016, 500] as const;
const MIDDLE = [615, 250] as const;
const PHONE = [358, Number.POSITIVE_INFINITY] as const;

/** How wide and tall it gets. */
function extent({ across, size, lead }: Arrangement, images: number, lines: number) {
  const row = (pictures: number, side: number) => pictures * side + (pictures - 1) * GAP;
  const tall = (side: number, below: number) => below * (side + LINE) + GAP;
  const group = row(4, size);
  const wide = across * group + (across - 1) * GROUP_GAP;
  const rows = Math.ceil((images - (lead ? 1 : 0)) / across);
  const others = rows * tall(size, lines);
  if (!lead) return { wide, tall: others };
  return {
    wide: Math.max(wide, row(lead.inRow ? 2 + 2 * lines : 4, lead.size)),
    tall: others + tall(lead.size, lead.inRow ? 1 : lines),
  };
}

describe("arrange", () => {
  it("makes pictures as large as the room allows", () => {
    expect(arrange(1000, 600, 1, 1)).toEqual({ across: 1, size: 244, lead: null });
    const four = arrange(985, 480, 4, 1);
    expect(four).toEqual({ across: 3, size: 70, lead: { size: 240, inRow: false } });
  });

  it.each([1, 2, 3])("lets the first image stand large with %i models", (lines) => {
    const made = arrange(...WIDE, 4, lines);
    expect(made.lead?.size).toBeGreaterThan(1.5 * made.size);
    expect(made.lead?.inRow).toBe(lines > 1);
    expect(extent(made, 4, lines).tall).toBeLessThanOrEqual(WIDE[1]);
  });

  it("shows the whole first image where one has to scroll to the others", () => {
    for (const lines of [1, 2, 3]) {
      const made = arrange(...MIDDLE, 8, lines);
      expect(extent(made, 8, lines).tall).toBeGreaterThan(MIDDLE[1]);
      expect(made.lead?.size).toBeGreaterThan(made.size);
      const below = made.lead?.inRow ? 1 : lines;
      expect(below * ((made.lead?.size ?? 0) + LINE)).toBeLessThanOrEqual(MIDDLE[1]);
    }
  });

  it("keeps all images alike on a phone, where height is no limit", () => {
    for (const lines of [1, 2, 3]) expect(arrange(...PHONE, 4, lines).lead).toBeNull();
  });

  it("is never wider than the room", () => {
    for (const [width, height] of [WIDE, MIDDLE, PHONE]) {
      for (let images = 1; images <= 8; images++) {
        for (const lines of [1, 2, 3]) {
          const made = arrange(width, height, images, lines);
          expect(extent(made, images, lines).wide).toBeLessThanOrEqual(width);
        }
      }
    }
  });
});
