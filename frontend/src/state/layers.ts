/** The layers of an encoder, and the name by which one is read: `blocks.3:cls`. */

export interface Layer {
  name: string;
  /** Numbers per image; null where it depends on the image's size. */
  width: number | null;
  /** Ways to read a vector out of it, the usual one first; none where it is one. */
  readouts?: string[];
  /** Of its activations, without the batch. */
  shape?: number[];
  /** False where it is a part of another layer of the list. */
  main?: boolean;
}

/** What each way to read a layer takes of it. */
export const READOUTS: Record<string, string> = {
  cls: "cls token",
  mean: "mean over places",
  flat: "flattened",
};

export const layersOf = (meta: Record<string, unknown> | undefined): Layer[] =>
  Array.isArray(meta?.layers) ? (meta.layers as Layer[]) : [];

/** The layers that one goes through from below: those that are no part of another. */
export const mainLayers = (layers: Layer[]): Layer[] => layers.filter(({ main }) => main !== false);

/** A layer's own name, and how it is read where that is said. */
export function splitName(layer: string): [name: string, readout: string | null] {
  const at = layer.indexOf(":");
  return at < 0 ? [layer, null] : [layer.slice(0, at), layer.slice(at + 1)];
}

/**
 * What is asked for: nothing for the last layer read as usual, else its name. Another layer is read
 * in the same way where it can be.
 */
export function layerName(layers: Layer[], name: string, readout: string | null): string | null {
  const layer = layers.find((each) => each.name === name);
  const unusual = readout !== null && (layer?.readouts ?? []).slice(1).includes(readout);
  if (unusual) return `${name}:${readout}`;
  return name === layers.at(-1)?.name ? null : name;
}
