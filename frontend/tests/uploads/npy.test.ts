import { expect, test } from "vitest";
import { parseNpy } from "../../src/api/npy";
import { rowsAsNpy } from "../../src/uploads/npy";

test("rows read back, and the data begins where a block does", async () => {
  for (const length of [0, 1, 12_345]) {
    const rows = Int32Array.from({ length }, (_, i) => i * 3);
    const bytes = await rowsAsNpy(rows).arrayBuffer();
    const { shape, data } = parseNpy(bytes);
    expect(shape).toEqual([length]);
    expect(Array.from(data, Number)).toEqual([...rows]);
    expect((bytes.byteLength - 8 * length) % 64).toBe(0);
  }
});
