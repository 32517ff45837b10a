/** The curves that an artifact of a run keeps. */

import { getArray } from "../../api/calls";
import type { Manifest } from "../../api/types";
import { type Curves, curvesOf } from "./curves";

const PREFIX = "history_";

export async function loadHistory({
  id,
  arrays,
}: Pick<Manifest, "id" | "arrays">): Promise<Curves> {
  const names = Object.keys(arrays).filter((name) => name.startsWith(PREFIX));
  const loaded = await Promise.all(
    names.map(async (name) => [name.slice(PREFIX.length), await getArray(id, name)] as const),
  );
  return curvesOf(Object.fromEntries(loaded));
}
