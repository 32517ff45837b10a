/**
 * The lenses of the page. A lens is one component in this folder that exports `lens` from its
 * module script and takes the desk as its only prop; it is found by being there.
 */

import type { Component } from "svelte";
import type { Method } from "../api/types";
import type { IconName } from "../panels/icons";
import type { Desk } from "../state/desk.svelte";

/** What a lens says of itself. */
export interface Lens {
  /** In links: "map". */
  name: string;
  title: string;
  icon: IconName;
  /** Output kinds of methods that it can show. */
  outputs: string[];
  /** Where it stands in the rail; those without one come last. */
  place?: number;
  /** Whether a method is one of those it is for, where the output alone does not tell. */
  serves?: (method: Method) => boolean;
  /** Shows nothing of the layer that is chosen in the top bar: there is nothing to choose then. */
  layerless?: boolean;
  /** A page of its own, that shows no method's output and no inspector beside it. */
  page?: boolean;
}

export interface LensProps {
  desk: Desk;
}

interface LensModule {
  default: Component<LensProps>;
  lens: Lens;
}

const LAST = 99;
const modules = Object.values(import.meta.glob<LensModule>("./*.svelte", { eager: true })).sort(
  (a, b) => (a.lens.place ?? LAST) - (b.lens.place ?? LAST),
);

export const lenses: Record<string, Lens> = Object.fromEntries(
  modules.map(({ lens }) => [lens.name, lens]),
);

/** The name itself where there is such a lens; an unknown one, from an old link, is the map. */
export const knownLens = (name: string) => (Object.hasOwn(lenses, name) ? name : "map");

export function lensComponent(name: string): Component<LensProps> {
  const found = modules.find(({ lens }) => lens.name === name);
  if (!found) throw new Error(`There is no lens "${name}".`);
  return found.default;
}
