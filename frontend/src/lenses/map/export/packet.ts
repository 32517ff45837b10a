/** What a standalone file holds beside its viewer, and where in the file. */

import type { ColumnType } from "../../../state/columns";
import type { AtlasInfo } from "../renderer/atlas";

/** The small part, as JSON. */
export interface Packet {
  title: string;
  /** What the map shows, and how far to trust it. */
  sentences: string[];
  count: number;
  dimensions: 2 | 3;
  camera: number[];
  hidden: number[];
  column: { name: string; title: string; type: ColumnType; categories: string[] } | null;
  /** Thumbnails; null where there are none in the file. */
  atlas: Omit<AtlasInfo, "page"> | null;
}

/** Ids of the elements that hold the parts. Arrays and pages are base64. */
export const PARTS = {
  packet: "packet",
  recipe: "recipe",
  /** float32, as many a row as the map has axes. */
  positions: "positions",
  /** float32, one a row; absent without a column. */
  values: "values",
  page: (number: number) => `page-${number}`,
} as const;

const CHUNK = 0x8000 * 3;

export function toBase64(bytes: Uint8Array): string {
  let out = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    out += btoa(String.fromCharCode(...bytes.subarray(at, at + CHUNK)));
  }
  return out;
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}
