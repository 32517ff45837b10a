/** The files that the page itself makes: figures, and maps that stand alone. */

import { getManifest, resolve } from "../../../api/calls";
import { pagesHere } from "../../../state/atlas-pages";
import type { Size } from "../camera";
import { trustRecipe, trustSentence } from "../trust/trust";
import { cropUrls, dotsPng, figurePng, type Images, measure } from "./canvas";
import { type Figure, layFigure, type Options } from "./figure";
import { atlasOf, packetOf, type Shown, sentenceOf, sourceOf } from "./shown";
import { MOST_THUMBNAILS, standaloneHtml } from "./standalone";
import { figureSvg, MOST_CIRCLES } from "./svg";
import { cropsOf } from "./thumbnails";

export async function pngFile(shown: Shown, window: Size, options: Options): Promise<Blob> {
  const figure = layFigure(sourceOf(shown, window), options, measure());
  const images = await imagesOf(shown, figure);
  return figurePng(figure, images, sentenceOf(shown), shown.content.analysis.recipe);
}

export async function svgFile(shown: Shown, window: Size, options: Options): Promise<Blob> {
  const figure = layFigure(sourceOf(shown, window), options, measure());
  const dots = figure.dots.count > MOST_CIRCLES ? await dataUrl(await dotsPng(figure)) : null;
  const images = await imagesOf(shown, figure);
  const pictures = { dots, rows: cropUrls(images), exact: images.exact };
  const text = figureSvg(figure, sentenceOf(shown), shown.content.analysis.recipe, pictures);
  return new Blob([text], { type: "image/svg+xml" });
}

async function imagesOf(shown: Shown, { thumbnails }: Figure): Promise<Images> {
  const info = atlasOf(shown)?.info;
  if (!info || !thumbnails.length) return { crops: new Map(), exact: false };
  return { crops: await cropsOf(thumbnails, info), exact: info.exact };
}

/** Bytes of thumbnails that a standalone file would hold; 0 where there are none. */
export function thumbnailBytes(shown: Shown): number {
  const atlas = atlasOf(shown)?.manifest;
  if (!atlas) return 0;
  // Of a large atlas only the first part is there: the others weigh as much.
  const parts = Number(atlas.meta.pages) / Math.max(1, pagesHere(atlas));
  return (atlas.arrays.pages?.bytes ?? 0) * parts;
}

export const holdsThumbnails = (shown: Shown) => {
  const bytes = thumbnailBytes(shown);
  return bytes > 0 && bytes <= MOST_THUMBNAILS;
};

/** A map with all it takes to look at it; `tell` hears how far it has come, 0 to 1. */
export async function standaloneFile(shown: Shown, tell: (share: number) => void): Promise<Blob> {
  const { content } = shown;
  const thumbnails = holdsThumbnails(shown);
  const packet = packetOf(shown, await trustOf(shown), thumbnails);
  const pages: Uint8Array[] = [];
  const atlas = packet.atlas && atlasOf(shown)?.info;
  for (let page = 0; atlas && page < atlas.pages; page++) {
    const blob = await atlas.page(page);
    pages.push(new Uint8Array(await blob.arrayBuffer()));
    tell((page + 1) / atlas.pages);
  }
  const nonce = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
  const parts = standaloneHtml({
    packet,
    recipe: content.analysis.recipe,
    layout: content.layout,
    column: content.column,
    pages,
    viewer: await viewer(),
    nonce,
  });
  return new Blob(parts, { type: "text/html" });
}

const UNMEASURED = "How far to trust this map was not measured.";

/** How far to trust the map, or that nobody knows. */
async function trustOf({ desk, content }: Shown): Promise<string> {
  const known = desk.methods.some((m) => m.kind === "trust" && m.method === "neighborhood");
  if (!known) return UNMEASURED;
  const { id, state } = await resolve(trustRecipe(content.recipe, desk.subject));
  if (state !== "done") return UNMEASURED;
  return trustSentence(await getManifest(id), content.recipe.method === "pca");
}

async function viewer(): Promise<string> {
  const answer = await fetch("/standalone.js");
  if (!answer.ok || !answer.headers.get("Content-Type")?.includes("javascript")) {
    throw new Error("This server was built without the viewer of standalone maps: build its page.");
  }
  return answer.text();
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

/** Hand a file to the person, as a download. */
export function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
