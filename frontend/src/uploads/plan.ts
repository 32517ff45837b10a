/** What can be made of the files that somebody brought. */

import { count } from "../recipes/words";
import type { Found } from "./gather";
import { idxRole, pairIdx } from "./idx";
import { type FileKind, headOf, kindOf, npyShape } from "./kinds";

/** One way to take the files in. */
export interface Route {
  kind: "dataset" | "encoder";
  method: string;
  /** The choice in words, where there is one. */
  title: string;
  about: string;
  /** Which file goes into which of the method's params. */
  files: Record<string, File>;
  /** Files to be packed into one zip first, which goes into `upload`. */
  pack: Found[];
}

export interface Plan {
  /** What was found, in a few words. */
  found: string;
  /** What is made of how they lie, where that may surprise; else empty. */
  told: string;
  /** A name to begin with; null is for the server to choose. */
  title: string | null;
  bytes: number;
  routes: Route[];
  /** Files that are nothing to Repscope. */
  passed: number;
  /** Some of the images, to be looked at. */
  sample: File[];
  /** One image: nothing to ask about. */
  single: boolean;
}

/** Files that nothing can be made of, with why and what to do. */
export class NothingToAdd extends Error {}

type Sorted = Partial<Record<FileKind, Found[]>>;

/** Look at what was brought. Throws NothingToAdd where it is nothing to make a dataset of. */
export async function planFor(found: readonly Found[]): Promise<Plan> {
  const sorted: Sorted = {};
  for (const each of found) {
    const kind = await kindOf(each.file);
    sorted[kind] ??= [];
    sorted[kind].push(each);
  }
  const { image = [], words = [], table = [], other = [] } = sorted;
  const plan = image.length
    ? imagesPlan(image, table, words, found.length)
    : await filesPlan(sorted);
  if (!plan) throw new NothingToAdd(whyNothing(found, other));
  return plan;
}

/** Pictures, as loose files or in folders, with the tables and the license beside them. */
function imagesPlan(images: Found[], tables: Found[], words: Found[], all: number): Plan {
  const pack = distinct([...images, ...words, ...tables]);
  const folders = new Set(images.map(({ path }) => path.split("/").slice(0, -1).join("/")));
  folders.delete("");
  const alone = folders.size === 1 && images.every(({ path }) => path.includes("/"));
  const many = images.length === 1 ? "1 image" : `${count(images.length)} images`;
  const [first] = images;
  const single = all === 1;
  const name = first?.file.name.replace(/\.[^.]+$/, "") ?? null;
  return {
    found: folders.size > 1 ? `${many} in ${count(folders.size)} folders` : many,
    told: images.length > 1 && alone && !tables.length ? ONE_FOLDER : "",
    title: single ? name : folders.size ? null : "My images",
    bytes: bytesOf(pack),
    routes: [{ ...route("archive", IMAGES, {}), pack }],
    passed: all - pack.length,
    sample: spread(images, 8).map(({ file }) => file),
    single,
  };
}

/** What holds all of them is mostly what they were packed in; the server reads it so as well. */
const ONE_FOLDER =
  "All of them lie in one folder, which is taken for the whole set and not for a class. With a folder for each class, the classes are read from the folders.";

const IMAGES = "Images";
const SAID = {
  images: { title: IMAGES, about: "each row is one picture" },
  alone: { title: "Vectors, alone", about: "a dataset that draws each vector as a strip" },
  embedding: {
    title: "Vectors, as the embedding of this dataset",
    about: "one row for each of its images; they then serve wherever an encoder does",
  },
};

function route(method: string, title: string, files: Record<string, File>, about = ""): Route {
  return { kind: "dataset", method, title, about, files, pack: [] };
}

const vectorRoutes = (upload: File): Route[] => [
  { ...route("vectors", SAID.embedding.title, { upload }, SAID.embedding.about), kind: "encoder" },
  route("vectors", SAID.alone.title, { upload }, SAID.alone.about),
];

/** One file that holds everything, or a few that belong together. */
async function filesPlan(sorted: Sorted): Promise<Plan | null> {
  const { zip = [], idx = [], npz = [], npy = [], parquet = [], table = [], weights = [] } = sorted;
  if (weights.length) return weightsPlan(weights);
  if (idx.length) return idxPlan(idx);
  const whole = [...zip, ...npz, ...npy, ...parquet, ...table];
  if (npy.length === 2 && whole.length === 2) return pairPlan(npy);
  const [only] = whole;
  if (!only) return null;
  if (whole.length > 1) {
    throw new NothingToAdd(
      `These are ${whole.length} files that each hold a whole dataset. Add them one after another.`,
    );
  }
  const { file } = only;
  if (zip.length) {
    // The folder within it is the better title, and the server knows it.
    return { ...planOf("A zip", only, [route("archive", IMAGES, { upload: file })]), title: null };
  }
  if (table.length) return planOf("A table", only, vectorRoutes(file));
  if (parquet.length) {
    const images = route("parquet", SAID.images.title, { upload: file }, SAID.images.about);
    return planOf("A Parquet file", only, [images, ...vectorRoutes(file)]);
  }
  return arrayPlan(only, npz.length > 0);
}

/** The weights of one network. */
function weightsPlan(files: Found[]): Plan {
  const [only] = files as [Found];
  if (files.length > 1) {
    throw new NothingToAdd(
      `These are ${files.length} files of weights. Add them one after another; a network in several parts is not read.`,
    );
  }
  const weights = route("checkpoint", "Weights", { upload: only.file });
  return planOf("Weights of an encoder", only, [{ ...weights, kind: "encoder" }]);
}

/** An array, or several under one roof: its shape tells images from vectors. */
async function arrayPlan(only: Found, several: boolean): Promise<Plan> {
  const { file } = only;
  const images = route("arrays", SAID.images.title, { upload: file }, SAID.images.about);
  if (several) return planOf("Arrays", only, [images, ...vectorRoutes(file)]);
  const shape = npyShape(await headOf(file));
  if (shape?.length === 1) {
    throw new NothingToAdd(
      "This array has one axis: it may be the labels of images. Drop it together with the images' array.",
    );
  }
  const words = shape ? `An array of ${shape.map(count).join(" × ")}` : "An array";
  return planOf(words, only, shape && shape.length > 2 ? [images] : vectorRoutes(file));
}

/** Two arrays: images, and a label for each. */
async function pairPlan(files: Found[]): Promise<Plan | null> {
  const axes = await Promise.all(files.map(async ({ file }) => npyShape(await headOf(file))));
  const labels = files[axes.findIndex((shape) => shape?.length === 1)];
  const images = files.find((each) => each !== labels);
  if (!labels || !images) {
    throw new NothingToAdd(
      "Of two arrays, one holds the labels and has one axis. These do not; add them one after another.",
    );
  }
  const both = { upload: images.file, labels: labels.file };
  const plan = planOf("Images and their labels", images, [route("arrays", IMAGES, both)]);
  return { ...plan, bytes: bytesOf(files) };
}

async function idxPlan(files: Found[]): Promise<Plan> {
  const roles = await Promise.all(
    files.map(async ({ file }) => {
      const head = await headOf(file);
      const axes = head[0] === 0 && head[1] === 0 ? (head[3] ?? null) : null;
      return { role: idxRole(file.name, axes), file };
    }),
  );
  const paired = pairIdx(roles);
  if (!paired) {
    const names = files.map(({ file }) => file.name).join(", ");
    throw new NothingToAdd(
      `Which of ${names} holds images, and which labels, cannot be told. Name them as MNIST does: train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte.`,
    );
  }
  const [first] = files as [Found];
  const words = Object.keys(paired).map((role) => role.replace("_", " "));
  const found = `IDX files: ${words.join(", ")}`;
  const plan = planOf(found, first, [route("idx", IMAGES, paired as Record<string, File>)]);
  return { ...plan, bytes: bytesOf(files), title: folderOf(first) };
}

function planOf(found: string, { file }: Found, routes: Route[]): Plan {
  const title = file.name.replace(
    /(\.(npy|npz|csv|tsv|parquet|pq|gz|zip|safetensors|pth|pt|ckpt|tar))+$/i,
    "",
  );
  const none = { told: "", passed: 0, sample: [], single: false };
  return { ...none, found, title, bytes: file.size, routes };
}

/** The folder that a file lay in. */
const folderOf = ({ path }: Found) => path.split("/").at(-2) ?? null;

const bytesOf = (found: readonly Found[]) => found.reduce((sum, { file }) => sum + file.size, 0);

/** Loose files may have one name: the second is called "name (2)". */
function distinct(found: Found[]): Found[] {
  const taken = new Set<string>();
  return found.map(({ path, file }) => {
    let name = path;
    for (let n = 2; taken.has(name); n++) {
      name = path.replace(/(\.[^./]*)?$/, (end) => ` (${n})${end}`);
    }
    taken.add(name);
    return { path: name, file };
  });
}

/** So many, evenly taken from all. */
const spread = <T>(list: readonly T[], most: number): T[] =>
  Array.from(
    { length: Math.min(most, list.length) },
    (_, i) => list[Math.floor((i * list.length) / Math.min(most, list.length))] as T,
  );

function whyNothing(found: readonly Found[], other: readonly Found[]): string {
  if (!found.length) return "Nothing was dropped that has files in it.";
  const name = other[0]?.file.name ?? found[0]?.file.name ?? "This";
  const rest = found.length > 1 ? ` and ${count(found.length - 1)} more` : "";
  return `${name}${rest} cannot be read. Bring images (JPEG, PNG, GIF, BMP, TIFF, WebP), a folder or a zip of them, a file of arrays: npy, npz, IDX, Parquet, CSV, or weights: safetensors, pth, pt.`;
}
