/** What lies in the file: read once, pages when they are wanted. */

import { fromBase64, PARTS, type Packet } from "../src/lenses/map/export/packet";
import { type Layout, layoutOf } from "../src/lenses/map/layout";
import type { AtlasInfo } from "../src/lenses/map/renderer/atlas";
import type { Column, DatasetInfo } from "../src/state/columns";

const text = (id: string) => document.getElementById(id)?.textContent ?? "";
const floats = (id: string) => new Float32Array(fromBase64(text(id)).buffer);

export const packet = JSON.parse(text(PARTS.packet)) as Packet;
export const recipe: unknown = JSON.parse(text(PARTS.recipe));

export const layout: Layout = layoutOf({
  shape: [packet.count, packet.dimensions],
  data: floats(PARTS.positions),
});

export const column: Column | null = packet.column && {
  ...packet.column,
  values: floats(PARTS.values),
};

const page = async (number: number) =>
  new Blob([fromBase64(text(PARTS.page(number)))], { type: "image/jpeg" });

export const atlas: AtlasInfo | null = packet.atlas && { ...packet.atlas, page };

/** As much of the dataset as a card tells. */
export const info: DatasetInfo = {
  id: "",
  title: packet.title,
  count: packet.count,
  height: packet.atlas?.exact ? 1 : Infinity,
  width: 1,
  columns: [],
};

/** Decoded pages, the longest unseen first: each takes megabytes. */
const pictures = new Map<number, Promise<ImageBitmap>>();
const MOST_PICTURES = 8;

function pictureOf({ page }: AtlasInfo, number: number): Promise<ImageBitmap> {
  const picture = pictures.get(number) ?? page(number).then((blob) => createImageBitmap(blob));
  pictures.delete(number);
  pictures.set(number, picture);
  const [oldest] = pictures.keys();
  if (pictures.size > MOST_PICTURES && oldest !== undefined) pictures.delete(oldest);
  return picture;
}

/** The thumbnail of a row as a data URL; null where the file has none. */
export async function thumbnail(row: number): Promise<string | null> {
  if (!atlas) return null;
  const { size, columns, rows } = atlas;
  const number = Math.floor(row / (columns * rows));
  const cell = row - number * columns * rows;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  const [left, top] = [(cell % columns) * size, Math.floor(cell / columns) * size];
  pen.drawImage(await pictureOf(atlas, number), left, top, size, size, 0, 0, size, size);
  return canvas.toDataURL();
}
