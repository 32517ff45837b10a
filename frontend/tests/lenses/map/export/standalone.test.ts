import { describe, expect, it } from "vitest";
import { fromBase64, PARTS, type Packet, toBase64 } from "../../../../src/lenses/map/export/packet";
import {
  type Contents,
  megabytes,
  standaloneHtml,
  weigh,
} from "../../../../src/lenses/map/export/standalone";
import { classes, spiral } from "./sources";

const EVIL = "</script><script>alert(1)</script><!-- & \u2028";
const layout = spiral(30);
const column = classes(30, ["cat", EVIL]);

const packet: Packet = {
  title: EVIL,
  sentences: ["What it shows.", EVIL],
  count: 30,
  dimensions: 2,
  camera: [],
  hidden: [],
  column: { name: "label", title: EVIL, type: "category", categories: column.categories },
  atlas: null,
};
const contents: Contents = {
  packet,
  recipe: { kind: "projection", params: { name: EVIL } },
  layout,
  column,
  pages: [Uint8Array.from([255, 216, 1, 2, 3])],
  viewer: `const end = "</script>", begin = "<!--", less = 1 </script/.length;`,
  nonce: "abc",
};
const html = standaloneHtml(contents).join("");

function part(id: string): string {
  const found = new RegExp(`<script type="[^"]*" id="${id}">([^<]*)</script>`).exec(html);
  return found?.[1] ?? "absent";
}

describe("a standalone file", () => {
  it("holds all parts, whole", () => {
    expect(JSON.parse(part(PARTS.packet))).toEqual(packet);
    expect(JSON.parse(part(PARTS.recipe))).toEqual(contents.recipe);
    const places = new Float32Array(fromBase64(part(PARTS.positions)).buffer);
    expect(places[5]).toBe(layout.positions[7]);
    expect(places).toHaveLength(60);
    expect(new Float32Array(fromBase64(part(PARTS.values)).buffer)).toEqual(column.values);
    expect([...fromBase64(part(PARTS.page(0)))]).toEqual([255, 216, 1, 2, 3]);
  });

  it("lets no words of a person become markup", () => {
    expect(html.match(/<script/g)).toHaveLength(6);
    expect(html.match(/<\/script>/g)).toHaveLength(6);
    expect(html).not.toContain("<!--");
    expect(html).toContain("<title>&lt;/script&gt;");
  });

  it("allows no network and no script but its own", () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'nonce-abc'");
    expect(policy).not.toMatch(/https?:|connect-src/);
    expect(html).not.toMatch(/(src|href)=/);
  });

  it("tells its size beforehand", () => {
    const thumbnails = 3_000_000;
    const pages = [new Uint8Array(thumbnails)];
    const viewer = "x".repeat(90_000);
    const bytes = standaloneHtml({ ...contents, pages, viewer }).join("").length;
    expect(weigh(layout, true, thumbnails) / bytes).toBeCloseTo(1, 2);
    expect([megabytes(20), megabytes(1_450_000), megabytes(62_400_000)]).toEqual([
      "0.1 MB",
      "1.4 MB",
      "62 MB",
    ]);
  });
});

it("base64 comes back as it was, also beyond one chunk", () => {
  for (const length of [0, 1, 2, 3, 98_303, 98_304, 200_000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 31) % 256);
    expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
  }
});
