/** A map as one HTML file that needs neither a server nor a network. */

import type { Column } from "../../../state/columns";
import type { Layout } from "../layout";
import { PARTS, type Packet, toBase64 } from "./packet";

/** Thumbnails that weigh more than this stay out: browsers open such files slowly. */
export const MOST_THUMBNAILS = 64 * 1024 * 1024;
/** What the viewer weighs, about. */
const VIEWER = 90_000;

export interface Contents {
  packet: Packet;
  recipe: unknown;
  layout: Layout;
  column: Column | null;
  pages: readonly Uint8Array[];
  /** The viewer's source. */
  viewer: string;
  /** Random letters: no script but the viewer's runs in the file. */
  nonce: string;
}

/** Bytes of the file, about, with so many bytes of thumbnails. */
export function weigh({ count, dimensions }: Layout, colored: boolean, thumbnails: number): number {
  const numbers = count * 4 * (dimensions + (colored ? 1 : 0));
  return VIEWER + Math.ceil(((numbers + thumbnails) * 4) / 3);
}

/** "1.4 MB" */
export function megabytes(bytes: number): string {
  const mega = bytes / 1e6;
  return `${mega < 10 ? Math.max(0.1, mega).toFixed(1) : Math.round(mega)} MB`;
}

/** JSON that may stand inside a script element. */
const json = (value: unknown) => JSON.stringify(value).replaceAll("<", "\\u003c");
const html = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
/** Source may hold the end of a script element only within strings and patterns. */
const source = (text: string) => text.replace(/<(?=\/script|!--)/gi, "\\x3c");

/** The file, in pieces. */
export function standaloneHtml(contents: Contents): string[] {
  const { packet, recipe, layout, column, pages, viewer, nonce } = contents;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    "style-src 'unsafe-inline'",
    "img-src data: blob:",
  ].join("; ");
  const part = (id: string, type: string, text: string) =>
    `<script type="${type}" id="${id}">${text}</script>\n`;
  const base64 = (id: string, bytes: Uint8Array) => part(id, "text/plain", toBase64(bytes));
  return [
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">\n`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
    '<meta name="color-scheme" content="light dark">\n',
    `<title>${html(packet.title)}</title>\n</head>\n<body>\n<div id="app"></div>\n`,
    "<noscript>This map is drawn in the browser: please allow scripts for this file.</noscript>\n",
    part(PARTS.packet, "application/json", json(packet)),
    part(PARTS.recipe, "application/json", json(recipe)),
    base64(PARTS.positions, positionsOf(layout)),
    ...(column ? [base64(PARTS.values, bytesOf(column.values))] : []),
    ...pages.map((page, number) => base64(PARTS.page(number), page)),
    `<script nonce="${nonce}">${source(viewer)}</script>\n</body>\n</html>\n`,
  ];
}

/** The places of all rows, without the third axis of a flat map. */
function positionsOf({ positions, count, dimensions }: Layout): Uint8Array {
  if (dimensions === 3) return bytesOf(positions);
  const flat = new Float32Array(count * 2);
  for (let row = 0; row < count; row++) {
    flat[row * 2] = positions[row * 3] as number;
    flat[row * 2 + 1] = positions[row * 3 + 1] as number;
  }
  return bytesOf(flat);
}

const bytesOf = (values: Float32Array) =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
