import { describe, expect, it } from "vitest";
import { isTaken } from "../../src/state/keys";

/** A key pressed in an element that lies in another one. */
const pressed = (within: string, keys: Partial<KeyboardEvent> = {}) => {
  const closest = (names: string) => (names.split(", ").includes(within) ? {} : null);
  return { ctrlKey: false, metaKey: false, altKey: false, ...keys, target: { closest } };
};
const taken = (...given: Parameters<typeof pressed>) =>
  isTaken(pressed(...given) as unknown as KeyboardEvent);

describe("keys", () => {
  it("are the page's where nothing else hears them", () => {
    expect(taken("main")).toBe(false);
    expect(taken("main", { shiftKey: true })).toBe(false);
  });

  it("are not the page's in a field, in what lies over the page, and with the browser's own", () => {
    for (const name of ["input", "select", "textarea", "dialog", "[popover]"]) {
      expect(taken(name)).toBe(true);
    }
    expect(taken("main", { ctrlKey: true })).toBe(true);
    expect(taken("main", { metaKey: true })).toBe(true);
    expect(taken("main", { altKey: true })).toBe(true);
  });
});
