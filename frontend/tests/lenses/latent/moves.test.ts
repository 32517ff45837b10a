import { expect, test } from "vitest";
import {
  byDeviation,
  PAD_SIDE,
  padMoves,
  placeAt,
  shareOf,
  stops,
} from "../../../src/lenses/latent/moves";
import { FAR } from "../../../src/state/latent";

test("numbers that differ most between images come first", () => {
  expect(byDeviation(new Float32Array([0.5, 2, 0, 2]))).toEqual([1, 3, 0, 2]);
});

test("steps are even and the image itself is in the middle", () => {
  expect(stops(7)).toEqual([-3, -2, -1, 0, 1, 2, 3]);
});

test("the pad goes right and up in deviations", () => {
  const moves = padMoves([2, 10]);
  expect(moves).toHaveLength(PAD_SIDE ** 2);
  expect(moves[0]).toEqual([-FAR * 2, FAR * 10]);
  expect(moves[PAD_SIDE - 1]).toEqual([FAR * 2, FAR * 10]);
  expect(moves[(PAD_SIDE ** 2 - 1) / 2]).toEqual([0, 0]);
  expect(moves.at(-1)).toEqual([FAR * 2, -FAR * 10]);
});

test("a code of one number has one row of pictures", () => {
  expect(padMoves([1])).toEqual(stops(PAD_SIDE).map((stop) => [stop]));
});

test("a place lies in the middle of its picture, there and back", () => {
  const first = placeAt(0.5 / PAD_SIDE, 0.5 / PAD_SIDE);
  expect(first.x).toBeCloseTo(-FAR);
  expect(first.y).toBeCloseTo(FAR);
  expect(placeAt(0.5, 0.5)).toEqual({ x: 0, y: 0 });
  expect(placeAt(-1, 9)).toEqual({ x: -FAR, y: -FAR });
  const share = shareOf(placeAt(0.3, 0.7));
  expect(share.across).toBeCloseTo(0.3);
  expect(share.down).toBeCloseTo(0.7);
});
