import { describe, expect, it } from "vitest";
import { choose } from "../../src/recipes/recipe";
import {
  decodeView,
  defaultView,
  encodeView,
  isUntouched,
  selectionFits,
  type View,
} from "../../src/state/link";

const full: View = {
  filter: { conditions: [{ column: "size", low: 0.5, high: 2 }], find: "rose" },
  lens: "map",
  dataset: choose("dataset", "shapes", { count: 200, scene: "scenes", image_size: null }, 3),
  encoder: {
    ...choose("encoder", "mae", { epochs: 20, stop_at: 400 }, 7),
    inputs: {
      dataset: choose("dataset", "digits"),
      start: {
        ...choose("encoder", "mae", { epochs: 5 }),
        inputs: { dataset: choose("dataset", "shapes", { count: 9 }, 1) },
      },
    },
  },
  layer: "blocks.3",
  analysis: {
    ...choose("analysis", "my_map", { shrink: 0.5, exact: true, note: "true", list: [1, 2] }),
    start: {
      ...choose("projection", "tsne", { stop_at: 120 }),
      start: choose("projection", "tsne", { perplexity: 5 }, 2),
    },
  },
  camera: [0.123456, -0.5, 12],
  compare: "perplexity",
  color: "size",
  values: { ...choose("clusters", "kmeans", { k: 12 }, 1), column: "cluster" },
  hidden: [-1, 3],
  through: 560,
  following: false,
  probe: choose("probe", "linear", { shots: 5 }),
  beside: [choose("encoder", "pixels"), choose("encoder", "random", {}, 3)],
  second: choose("encoder", "zoo", { name: "mae_shapes" }),
  masking: {
    mask: "block",
    ratio: 40,
    seed: 7,
    images: 6,
    raw: true,
    baseline: true,
    spread: true,
    components: 12,
  },
  dissimilarity: {
    view: "layers",
    by: "rho-a",
    reference: { file: "0123456789abcdef".repeat(4), name: "RDM | hIT" },
    over: "both",
    partial: true,
    rival: "random",
    measure: "cosine",
    order: "by size",
    scale: "value",
    window: [10, 20, 300],
  },
  attention: {
    block: 3,
    kept: 45,
    drawn: "contour",
    absolute: true,
    merged: true,
    random: true,
    features: "value",
    split: "turned",
    scored: true,
    masks: "0123456789abcdef".repeat(4),
    images: 2,
  },
  latent: { pair: [3, 0], place: { x: -1.25, y: 3 } },
  run: {
    ...choose("encoder", "dino", { epochs: 9 }, 1),
    inputs: { dataset: choose("dataset", "shapes") },
  },
  compared: ["0123456789abcdef".repeat(2), "f".repeat(32)],
  rows: Int32Array.of(1, 2, 3, 9),
  primary: 9,
};

describe("links", () => {
  it("hold the whole view", () => {
    const back = decodeView(`#${encodeView(full)}`);
    expect(back).toEqual({ ...full, camera: [0.123456, -0.5, 12] });
  });

  it("name two runs at most, each once and by its id", () => {
    const ids = ["a", "b", "c"].map((letter) => letter.repeat(32));
    const link = `compared=${[ids[0], ids[0], "nonsense", ...ids.slice(1)].join(",")}`;
    expect(decodeView(link).compared).toEqual(ids.slice(0, 2));
  });

  it("are stable: writing what was read changes nothing", () => {
    const text = encodeView(full);
    expect(encodeView(decodeView(text))).toBe(text);
  });

  it("can be read by people", () => {
    expect(encodeView(defaultView())).toBe(
      "lens=map&dataset=digits&encoder=pixels&analysis=pca&row=0",
    );
  });

  it("name what an encoder was trained on", () => {
    const { encoder } = full;
    const view = { ...defaultView(), encoder };
    expect(encodeView(view)).toContain("encoder=mae&encoder.epochs=20");
    expect(encodeView(view)).toContain("encoder/start/dataset=shapes");
    expect(decodeView("encoder=mae&encoder/Data=digits&encoder/=digits").encoder).toEqual(
      choose("encoder", "mae"),
    );
  });

  it("without anything are the first visit", () => {
    expect(decodeView("")).toEqual(defaultView());
    expect(decodeView("#")).toEqual(defaultView());
  });

  it("keep no selection where none was", () => {
    const none = { ...defaultView(), rows: new Int32Array(0), primary: null };
    expect(decodeView(encodeView(none))).toMatchObject({ primary: null });
    expect(decodeView(encodeView(none)).rows.length).toBe(0);
  });

  it("keep text apart from numbers and words of JSON", () => {
    for (const value of ["5", "true", "null", "plain", '"quoted"', "a&b=c", ""]) {
      const view = { ...defaultView(), analysis: choose("projection", "pca", { value }) };
      expect(decodeView(encodeView(view)).analysis.params.value).toBe(value);
    }
  });

  it("leave out a selection that is too long, but keep its primary row", () => {
    const rows = Int32Array.from({ length: 5000 }, (_, i) => i * 2);
    expect(selectionFits(rows)).toBe(false);
    const back = decodeView(encodeView({ ...full, rows, primary: 44 }));
    expect([...back.rows]).toEqual([44]);
  });

  it.each([
    "camera=1,NaN,3",
    "camera=a,b",
    "hidden=x",
    "row=-4",
    "row=1.5",
    "rows=9-1&row=2",
    "dataset=",
    "dataset=/",
    "through=-3",
    "through=later",
    "dataset:seed=-1&dataset=digits",
    "%E0%A4%A",
    "x".repeat(100_000),
  ])("survive %j", (text) => {
    const view = decodeView(text.slice(0, 60_000));
    expect(view.camera.every(Number.isFinite)).toBe(true);
    expect(view.dataset.method).toBe("digits");
    expect(view.dataset.seed).toBe(0);
    expect([...view.rows].every((row) => row >= 0)).toBe(true);
  });
});

describe("the latent part of a link", () => {
  it.each([
    "pair=1",
    "pair=1,1",
    "pair=-1,2",
    "pair=1,2,3",
    "pair=,",
    "place=9,0",
    "place=a,b",
    "place=",
  ])("takes its default for %s", (text) => {
    expect(decodeView(`#${text}`).latent).toEqual(defaultView().latent);
  });
});

describe("an encoder that nobody has chosen", () => {
  it("is the usual one as it is", () => {
    expect(isUntouched(choose("encoder", "pixels"))).toBe(true);
    expect(isUntouched(choose("encoder", "pixels", { image_size: 8 }))).toBe(false);
  });
});
