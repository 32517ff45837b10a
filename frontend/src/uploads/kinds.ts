/** What a file is, by its first bytes, and by its name where those do not tell. */

export type FileKind =
  | "image"
  | "zip"
  | "npz"
  | "npy"
  | "idx"
  | "parquet"
  | "table"
  | "weights"
  | "words"
  | "other";

const EXTENSIONS: [RegExp, FileKind][] = [
  [/\.(jpe?g|jpe|jfif|a?png|gif|bmp|tiff?|webp|svgz?|heic|heif|avif|jxl|jp2|ico|psd)$/i, "image"],
  [/\.npz$/i, "npz"],
  [/\.npy$/i, "npy"],
  [/\.(parquet|pq)$/i, "parquet"],
  [/\.(csv|tsv)$/i, "table"],
  [/[-.]idx[1-4]-[a-z0-9]+(\.gz)?$/i, "idx"],
  [/\.zip$/i, "zip"],
  [/\.(safetensors|pth|pt|ckpt|pth\.tar)$/i, "weights"],
  [/(\.(txt|md)|(^|\/)(licen[cs]e|copying|attribution)[^/]*)$/i, "words"],
];

/** Ways in which files begin. */
const BEGINNINGS: [number[], FileKind][] = [
  [[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], "npy"],
  [[0x50, 0x41, 0x52, 0x31], "parquet"],
  [[0x89, 0x50, 0x4e, 0x47], "image"],
  [[0xff, 0xd8, 0xff], "image"],
  [[0x47, 0x49, 0x46, 0x38], "image"],
  [[0x49, 0x49, 0x2a, 0x00], "image"],
  [[0x4d, 0x4d, 0x00, 0x2a], "image"],
];
const ZIP = [0x50, 0x4b, 0x03, 0x04];
const ZIP_NAME = 30;
const GZIP = [0x1f, 0x8b];
/** Two zeros, the element type, the number of axes (the format of the MNIST files). */
const isIdx = (head: Uint8Array) =>
  head[0] === 0 && head[1] === 0 && [8, 9, 11, 12, 13, 14].includes(head[2] as number);

const kindByName = (name: string): FileKind =>
  EXTENSIONS.find(([pattern]) => pattern.test(name))?.[1] ?? "other";

/** What a file is; images are taken by their name, since a folder may hold a hundred thousand. */
export async function kindOf(file: File): Promise<FileKind> {
  const named = kindByName(file.name);
  if (named === "image" || named === "words") return named;
  return kindByHead(await headOf(file), named);
}

/** The kind that the first bytes tell, else the one by name. */
function kindByHead(head: Uint8Array, named: FileKind): FileKind {
  const begins = (bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  // What torch saves is a zip, too.
  if (named === "weights") return named;
  if (begins(ZIP)) return named === "npz" || firstMember(head).endsWith(".npy") ? "npz" : "zip";
  const found = BEGINNINGS.find(([bytes]) => begins(bytes));
  if (found) return found[1];
  return isIdx(head) ? "idx" : named;
}

function firstMember(head: Uint8Array): string {
  const length = (head[26] ?? 0) + (head[27] ?? 0) * 256;
  return new TextDecoder("latin1").decode(head.subarray(ZIP_NAME, ZIP_NAME + length));
}

/** So many bytes tell what a file is, and hold the header of most arrays. */
const HEAD = 512;

/** The beginning of a file, unpacked where it is a gzip. */
export async function headOf(file: Blob): Promise<Uint8Array> {
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  if (!GZIP.every((byte, i) => head[i] === byte)) return head;
  const reader = file.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    return (await reader.read()).value ?? head;
  } catch {
    // Broken: the server says so in full.
    return head;
  } finally {
    void reader.cancel().catch(() => {});
  }
}

/** The shape of a `.npy` array; null where the beginning does not tell. */
export function npyShape(head: Uint8Array): number[] | null {
  const text = new TextDecoder("latin1").decode(head);
  const sides = /'shape'\s*:\s*\(([\d,\s]*)\)/.exec(text)?.[1];
  if (sides === undefined) return null;
  return sides
    .split(",")
    .filter((side) => side.trim() !== "")
    .map(Number);
}
