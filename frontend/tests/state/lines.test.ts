import { describe, expect, it } from "vitest";
import { Lines } from "../../src/state/lines.svelte";

function known(row: number, rows: number[]): Lines {
  const lines = new Lines();
  lines.neighbors.row = row;
  lines.neighbors.rows = rows;
  return lines;
}

describe("lines to true neighbors", () => {
  it("are drawn while one looks at how far to trust the map", () => {
    const lines = known(3, [5, 9]);
    expect(lines.of(3)).toEqual([]);
    lines.trusting = true;
    expect(lines.of(3)).toEqual([5, 9]);
  });

  it("obey the switch before anything else", () => {
    const lines = known(3, [5, 9]);
    lines.trusting = true;
    lines.wanted = false;
    expect(lines.of(3)).toEqual([]);
    lines.trusting = false;
    lines.wanted = true;
    expect(lines.of(3)).toEqual([5, 9]);
  });

  it("start at no other row than the one whose neighbors are known", () => {
    const lines = known(3, [5, 9]);
    lines.wanted = true;
    expect(lines.of(4)).toEqual([]);
    expect(lines.of(null)).toEqual([]);
  });
});
