/** Sprite pages as layers of one texture: fetched when wanted, the longest unseen given up first. */

import type { Gl } from "./gl";

/** What the manifest of a sprite atlas says. */
export interface AtlasInfo {
  size: number;
  columns: number;
  rows: number;
  pages: number;
  pageWidth: number;
  pageHeight: number;
  /** Small images are drawn pixel by pixel, photos smoothly. */
  exact: boolean;
  /** Fetch one page, a picture. */
  page(number: number): Promise<Blob>;
}

/** Bytes of texture at most: eight pages of the largest size. */
const MEMORY = 128 * 1024 * 1024;
const AT_ONCE = 3;

export class Atlas {
  /** Made with the first page: most maps are never looked at that closely. */
  texture: WebGLTexture | null = null;
  readonly #layers: number;
  /** Layer of each loaded page, least recently wanted first. */
  readonly #loaded = new Map<number, number>();
  readonly #loading = new Set<number>();
  readonly #failed = new Set<number>();
  #closed = false;

  constructor(
    private readonly gl: Gl,
    readonly info: AtlasInfo,
    private readonly onPage: () => void,
  ) {
    const page = info.pageWidth * info.pageHeight * 4;
    const most = gl.getParameter(gl.MAX_ARRAY_TEXTURE_LAYERS) as number;
    this.#layers = Math.max(1, Math.min(info.pages, most, Math.floor(MEMORY / page)));
  }

  pageOf(row: number): number {
    return Math.floor(row / (this.info.columns * this.info.rows));
  }

  /** Where a row's sprite is: left, top and layer; null while its page is not loaded. */
  find(row: number): [number, number, number] | null {
    const page = this.pageOf(row);
    const layer = this.#loaded.get(page);
    if (layer === undefined) return null;
    const cell = row - page * this.info.columns * this.info.rows;
    const column = cell % this.info.columns;
    const line = Math.floor(cell / this.info.columns);
    return [column * this.info.size, line * this.info.size, layer];
  }

  /** Ask for the pages of these rows, the most wanted first. */
  want(rows: readonly number[]): void {
    const votes = new Map<number, number>();
    for (const row of rows) {
      const page = this.pageOf(row);
      votes.set(page, (votes.get(page) ?? 0) + 1);
    }
    const pages = [...votes].sort((a, b) => b[1] - a[1]).slice(0, this.#layers);
    for (const [page] of pages.reverse()) {
      const layer = this.#loaded.get(page);
      if (layer === undefined) continue;
      this.#loaded.delete(page);
      this.#loaded.set(page, layer);
    }
    for (const [page] of pages.reverse()) {
      if (this.#loading.size >= AT_ONCE) return;
      if (this.#loaded.has(page) || this.#loading.has(page) || this.#failed.has(page)) continue;
      if (page < this.info.pages) void this.#load(page);
    }
  }

  destroy(): void {
    this.#closed = true;
    this.gl.deleteTexture(this.texture);
  }

  async #load(page: number): Promise<void> {
    this.#loading.add(page);
    try {
      const blob = await this.info.page(page);
      const picture = await createImageBitmap(blob, { colorSpaceConversion: "none" });
      if (!this.#closed) this.#upload(page, picture);
      picture.close();
    } catch {
      // Points stay points where a page is missing; asking again for each frame would not help.
      this.#failed.add(page);
    } finally {
      this.#loading.delete(page);
      if (!this.#closed) this.onPage();
    }
  }

  #makeTexture(): WebGLTexture {
    const { gl, info } = this;
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D_ARRAY, texture);
    const { pageWidth, pageHeight } = info;
    gl.texStorage3D(gl.TEXTURE_2D_ARRAY, 1, gl.RGBA8, pageWidth, pageHeight, this.#layers);
    const enlarge = info.exact ? gl.NEAREST : gl.LINEAR;
    gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MAG_FILTER, enlarge);
    gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    return texture;
  }

  #upload(page: number, picture: ImageBitmap): void {
    const { gl } = this;
    let layer = this.#loaded.size;
    if (layer >= this.#layers) {
      const [oldest] = this.#loaded.keys();
      layer = this.#loaded.get(oldest as number) as number;
      this.#loaded.delete(oldest as number);
    }
    this.texture ??= this.#makeTexture();
    gl.bindTexture(gl.TEXTURE_2D_ARRAY, this.texture);
    const width = Math.min(picture.width, this.info.pageWidth);
    const height = Math.min(picture.height, this.info.pageHeight);
    const place = [gl.TEXTURE_2D_ARRAY, 0, 0, 0, layer, width, height, 1] as const;
    gl.texSubImage3D(...place, gl.RGBA, gl.UNSIGNED_BYTE, picture);
    this.#loaded.set(page, layer);
  }
}
