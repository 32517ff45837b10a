/** What an encoder makes of a few fixed images, kept with each snapshot. */

import { getArray, getManifest } from "../../api/calls";

export interface Samples {
  /** "input", "masked", "output". */
  panels: string[];
  /** Rows of the dataset that was trained on. */
  rows: number[];
  values: Record<string, unknown>;
  height: number;
  width: number;
  channels: number;
  /** Images x panels x height x width x channels. */
  pixels: Uint8Array;
}

const loaded = new Map<string, Promise<Samples | null>>();

/** The samples of an encoder; null where it keeps none. Asked for once per page. */
export function loadSamples(id: string): Promise<Samples | null> {
  let samples = loaded.get(id);
  if (!samples) {
    samples = load(id);
    loaded.set(id, samples);
    samples.catch(() => loaded.delete(id));
  }
  return samples;
}

async function load(id: string): Promise<Samples | null> {
  const { arrays, meta } = await getManifest(id);
  const about = meta.samples as Partial<Samples> | undefined;
  if (!about?.panels || !arrays.samples) return null;
  const { shape, data } = await getArray(id, "samples");
  const [, , height = 0, width = 0, channels = 1] = shape;
  const { panels, rows = [], values = {} } = about;
  return { panels, rows, values, height, width, channels, pixels: data as Uint8Array };
}

/** One panel of one image, as a canvas takes it. */
export function panelImage(samples: Samples, image: number, panel: number): ImageData {
  const { panels, height, width, channels, pixels } = samples;
  const area = height * width;
  const from = (image * panels.length + panel) * area * channels;
  const out = new ImageData(width, height);
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < 3; c++) {
      const source = from + i * channels + (channels === 1 ? 0 : c);
      out.data[4 * i + c] = pixels[source] as number;
    }
    out.data[4 * i + 3] = 255;
  }
  return out;
}

/** Numbers of a value, where there is one for each image. */
export function perImage({ values, rows }: Samples, name: string): number[] | null {
  const list = values[name];
  const fits = Array.isArray(list) && list.length === rows.length;
  return fits && list.every((value) => typeof value === "number") ? list : null;
}
