/** What dragging does on the map, one tool for flat maps and one for those in space. */

import { isTaken } from "../../state/keys";
import type { Tool } from "./gestures";

const KEYS: Record<string, Tool> = { l: "lasso", b: "box", v: "pan" };

export class Tools {
  flat = $state<Tool>("lasso");
  #solid = $state<Tool>("pan");
  readonly current = $derived.by(() => (this.dimensions() === 2 ? this.flat : this.#solid));

  constructor(private readonly dimensions: () => 2 | 3) {}

  take(tool: Tool): void {
    if (this.dimensions() === 2) this.flat = tool;
    else this.#solid = tool;
  }

  /** Take the tool that a key means; "reset" where it means to show everything. */
  hear(event: KeyboardEvent): "reset" | null {
    if (isTaken(event)) return null;
    // The map hears this one itself, but not the letters.
    if (event.key === "0") return (event.target as Element).closest(".host") ? null : "reset";
    const tool = KEYS[event.key.toLowerCase()];
    if (tool) this.take(tool);
    return null;
  }
}
