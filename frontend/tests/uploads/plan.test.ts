import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type Found, gatherChosen } from "../../src/uploads/gather";
import { idxRole, pairIdx } from "../../src/uploads/idx";
import { kindOf } from "../../src/uploads/kinds";
import { NothingToAdd, planFor } from "../../src/uploads/plan";

const ZIP = Uint8Array.from([0x50, 0x4b, 3, 4, ...new Array(26).fill(0)]);
const PARQUET = new TextEncoder().encode("PAR1");

function npy(shape: string): Uint8Array<ArrayBuffer> {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }\n`;
  const bytes = new TextEncoder().encode(`\x01\x00v\x00${header}`);
  return Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, ...bytes]);
}

const idx = (axes: number) => Uint8Array.from([0, 0, 8, axes, 0, 0, 0, 1]);
const file = (name: string, bytes: Uint8Array<ArrayBuffer> = new Uint8Array(9)) =>
  new File([bytes], name);
const found = (path: string, bytes?: Uint8Array<ArrayBuffer>): Found => ({
  path,
  file: file(path.split("/").at(-1) ?? "", bytes),
});

describe("what a file is", () => {
  test("the first bytes tell more than the name", async () => {
    expect(await kindOf(file("features.bin", npy("3, 4")))).toBe("npy");
    expect(await kindOf(file("data", ZIP))).toBe("zip");
    expect(await kindOf(file("data.npz", ZIP))).toBe("npz");
    expect(await kindOf(file("pictures", idx(3)))).toBe("idx");
    expect(await kindOf(file("labels.gz", new Uint8Array(gzipSync(idx(1)))))).toBe("idx");
    expect(await kindOf(file("data", PARQUET))).toBe("parquet");
    expect(await kindOf(file("photo", Uint8Array.from([0xff, 0xd8, 0xff, 0xe0])))).toBe("image");
  });

  test("the name tells where the bytes do not", async () => {
    expect(await kindOf(file("cat.JPG"))).toBe("image");
    expect(await kindOf(file("table.csv"))).toBe("table");
    expect(await kindOf(file("LICENSE"))).toBe("words");
    expect(await kindOf(file("ATTRIBUTION"))).toBe("words");
    expect(await kindOf(file("film.mp4"))).toBe("other");
    expect(await kindOf(file("moco_v2.pth.tar"))).toBe("weights");
    expect(await kindOf(file("dino.pth", ZIP))).toBe("weights");
  });
});

describe("IDX files", () => {
  test("the names of MNIST say which is which", () => {
    expect(idxRole("train-images-idx3-ubyte.gz", 3)).toBe("images");
    expect(idxRole("train-labels-idx1-ubyte", null)).toBe("labels");
    expect(idxRole("t10k-images.idx3-ubyte", 3)).toBe("test_images");
    expect(idxRole("emnist-letters-test-labels-idx1-ubyte", 1)).toBe("test_labels");
  });

  test("a test set alone is a dataset; two of a kind cannot be told apart", () => {
    const test = [
      { role: "test_images", file: "a" },
      { role: "test_labels", file: "b" },
    ] as const;
    expect(pairIdx(test)).toEqual({ images: "a", labels: "b" });
    expect(pairIdx([...test, { role: "test_labels", file: "c" }])).toBeNull();
    expect(pairIdx([{ role: "labels", file: "b" }])).toBeNull();
  });
});

describe("what can be made", () => {
  test("one folder is no class, which is told; several, or a table, need no word", async () => {
    const told = async (...paths: string[]) =>
      (await planFor(paths.map((path) => found(path)))).told;
    expect(await told("cats/1.png", "cats/2.png")).toContain("not for a class");
    expect(await told("pets/cats/1.png", "pets/cats/2.png")).toContain("not for a class");
    expect(await told("pets/cats/1.png", "pets/dogs/2.png")).toBe("");
    expect(await told("cats/1.png", "cats/2.png", "cats/labels.csv")).toBe("");
    expect(await told("1.png", "2.png")).toBe("");
  });

  test("a folder is packed with its tables and license, and the rest passed over", async () => {
    const plan = await planFor([
      found("flowers/rose/1.jpg"),
      found("flowers/tulip/1.jpg"),
      found("flowers/labels.csv"),
      found("flowers/LICENSE"),
      found("flowers/film.mp4"),
    ]);
    expect(plan).toMatchObject({ found: "2 images in 2 folders", title: null, passed: 1 });
    expect(plan.routes[0]).toMatchObject({ kind: "dataset", method: "archive", files: {} });
    expect(plan.routes[0]?.pack.map(({ path }) => path)).toEqual([
      "flowers/rose/1.jpg",
      "flowers/tulip/1.jpg",
      "flowers/LICENSE",
      "flowers/labels.csv",
    ]);
  });

  test("one photo is a dataset of one, called after its file", async () => {
    const plan = await planFor([found("cat.jpg")]);
    expect(plan).toMatchObject({ single: true, title: "cat", found: "1 image" });
  });

  test("loose files of one name are kept apart", async () => {
    const plan = await planFor([found("a.png"), found("a.png")]);
    expect(plan.routes[0]?.pack.map(({ path }) => path)).toEqual(["a.png", "a (2).png"]);
  });

  test("the shape of an array tells images from vectors", async () => {
    const matrix = await planFor([found("dino.npy", npy("1797, 384"))]);
    expect(matrix.found).toBe("An array of 1,797 × 384");
    expect(matrix.routes.map(({ kind, method }) => `${kind}/${method}`)).toEqual([
      "encoder/vectors",
      "dataset/vectors",
    ]);
    const images = await planFor([found("x.npy", npy("10, 28, 28"))]);
    expect(images.routes.map(({ method }) => method)).toEqual(["arrays"]);
    const both = await planFor([found("x.npy", npy("10, 28, 28")), found("y.npy", npy("10,"))]);
    expect(both.routes[0]?.files.labels?.name).toBe("y.npy");
  });

  test("the four files of MNIST are one dataset", async () => {
    const names = [
      "train-images-idx3",
      "train-labels-idx1",
      "t10k-images-idx3",
      "t10k-labels-idx1",
    ];
    const files = names.map((name) => found(`mnist/${name}-ubyte`, idx(Number(name.at(-1)))));
    const plan = await planFor(files);
    expect(plan.title).toBe("mnist");
    const given = Object.entries(plan.routes[0]?.files ?? {}).map(([key, { name }]) => [key, name]);
    expect(Object.fromEntries(given)).toEqual({
      images: "train-images-idx3-ubyte",
      labels: "train-labels-idx1-ubyte",
      test_images: "t10k-images-idx3-ubyte",
      test_labels: "t10k-labels-idx1-ubyte",
    });
  });

  test("a table of Parquet may hold images or vectors; a CSV only vectors", async () => {
    const parquet = await planFor([found("t.parquet", PARQUET)]);
    expect(parquet.routes.map(({ method }) => method)).toEqual(["parquet", "vectors", "vectors"]);
    const csv = await planFor([found("t.csv")]);
    expect(csv.routes.map(({ method }) => method)).toEqual(["vectors", "vectors"]);
  });

  test("weights become an encoder, one file at a time", async () => {
    const { routes, title } = await planFor([found("moco_v2.pth.tar", ZIP)]);
    expect(routes.map(({ kind, method }) => [kind, method])).toEqual([["encoder", "checkpoint"]]);
    expect(title).toBe("moco_v2");
    const parts = [found("a.safetensors"), found("b.safetensors")];
    await expect(planFor(parts)).rejects.toThrow(/one after another/);
  });

  test("what nothing can be made of is said in words", async () => {
    await expect(planFor([found("film.mp4")])).rejects.toThrow(/film\.mp4 cannot be read\. Bring/);
    await expect(planFor([])).rejects.toThrow(NothingToAdd);
    const two = [found("a.zip", ZIP), found("b.zip", ZIP)];
    await expect(planFor(two)).rejects.toThrow(/one after another/);
  });
});

test("what operating systems leave in folders is passed over", () => {
  const names = ["b.png", "a.png", ".DS_Store", "Thumbs.db"];
  expect(gatherChosen(names.map((name) => file(name))).map(({ path }) => path)).toEqual([
    "a.png",
    "b.png",
  ]);
});
