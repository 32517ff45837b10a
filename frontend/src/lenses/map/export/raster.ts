/** Dots as pixels, drawn by arithmetic: a million of them take a second, and are the same anywhere. */

import type { Rgb } from "../../../color/palette";
import type { Size } from "../camera";
import type { Dots } from "./dots";

export interface Raster extends Size {
  /** Red, green, blue, opacity. */
  data: Uint8ClampedArray<ArrayBuffer>;
}

/** Draw dots on a plain ground, `scale` pixels per CSS pixel, with smooth edges. */
export function rasterize(dots: Dots, size: Size, scale: number, ground: Rgb): Raster {
  const [width, height] = [Math.round(size.width * scale), Math.round(size.height * scale)];
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < data.length; i += 4) {
    data[i] = ground[0];
    data[i + 1] = ground[1];
    data[i + 2] = ground[2];
    data[i + 3] = 255;
  }
  for (let dot = 0; dot < dots.count; dot++) {
    const cx = (dots.x[dot] as number) * scale;
    const cy = (dots.y[dot] as number) * scale;
    const radius = (dots.radius[dot] as number) * scale;
    const at = dot * 4;
    const [r, g, b] = [dots.rgba[at] ?? 0, dots.rgba[at + 1] ?? 0, dots.rgba[at + 2] ?? 0];
    const opacity = (dots.rgba[at + 3] ?? 0) / 255;
    const right = Math.min(width - 1, Math.ceil(cx + radius));
    const bottom = Math.min(height - 1, Math.ceil(cy + radius));
    for (let y = Math.max(0, Math.floor(cy - radius - 1)); y <= bottom; y++) {
      for (let x = Math.max(0, Math.floor(cx - radius - 1)); x <= right; x++) {
        const away = Math.sqrt((x + 0.5 - cx) ** 2 + (y + 0.5 - cy) ** 2);
        const cover = Math.min(1, radius + 0.5 - away) * opacity;
        if (cover <= 0) continue;
        const i = (y * width + x) * 4;
        data[i] = (data[i] as number) * (1 - cover) + r * cover;
        data[i + 1] = (data[i + 1] as number) * (1 - cover) + g * cover;
        data[i + 2] = (data[i + 2] as number) * (1 - cover) + b * cover;
      }
    }
  }
  return { width, height, data };
}
