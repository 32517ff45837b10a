import { expect, it } from "vitest";
import { ApiError } from "../../src/api/http";
import { troubleOf } from "../../src/panels/trouble";
import type { Making } from "../../src/state/workshop.svelte";

const refused = (error: ApiError) => ({ error, job: null, manifest: null }) as Making;

it("says that what the server refuses cannot be made, and asking again does not help", () => {
  const words = troubleOf(refused(new ApiError("No such file.", 422, "invalid")), "map");
  expect(words).toMatchObject({ title: "This map cannot be made", again: false });
});

it("says that what no server hears of has to wait", () => {
  const words = troubleOf(refused(new ApiError("No answer.", 0, "unreachable")), "map");
  expect(words).toMatchObject({ title: "This map has to wait", again: true });
});
