import { expect, test } from "vitest";
import { onePicture, type Pictures, sheet } from "../../src/pictures/pictures";

/** Three gray pictures of 1 x 2 pixels. */
const PICTURES: Pictures = {
  count: 3,
  height: 1,
  width: 2,
  channels: 1,
  data: new Uint8Array([1, 2, 3, 4, 5, 6]),
};

test("pictures stand side by side, row by row", () => {
  const { width, height, data } = sheet(PICTURES, 2);
  expect([width, height]).toEqual([4, 2]);
  const reds = Array.from({ length: 8 }, (_, i) => data[i * 4]);
  expect(reds).toEqual([1, 2, 3, 4, 5, 6, 0, 0]);
  const alphas = Array.from({ length: 8 }, (_, i) => data[i * 4 + 3]);
  expect(alphas).toEqual([255, 255, 255, 255, 255, 255, 0, 0]);
});

test("colors stay colors, and one picture can be taken out", () => {
  const colored: Pictures = { ...PICTURES, count: 1, channels: 3 };
  expect(Array.from(sheet(colored, 1).data)).toEqual([1, 2, 3, 255, 4, 5, 6, 255]);
  expect(Array.from(onePicture(PICTURES, 1).data)).toEqual([3, 4]);
});
