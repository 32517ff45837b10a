/** The files that somebody dropped or chose, folders walked through. */

/** A file and where it lay. */
export interface Found {
  /** Path with slashes, from the folder that was dropped. */
  path: string;
  file: File;
}

/** What operating systems leave in folders. */
const CLUTTER = new Set(["__MACOSX", "Thumbs.db", "desktop.ini"]);

const isClutter = (path: string) =>
  path.split("/").some((part) => part.startsWith(".") || CLUTTER.has(part));

/** Files of an `<input type=file>`, also of one that takes a whole folder. */
export function gatherChosen(files: Iterable<File>): Found[] {
  const found = Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file }));
  return tidy(found);
}

/**
 * Files of a drop. The list is only there while the event is handled: call this at once.
 *
 * `onCount` hears how many have been found, since walking through folders takes a while.
 */
export async function gatherDropped(
  items: DataTransferItemList,
  onCount: (files: number) => void,
): Promise<Found[]> {
  const entries: FileSystemEntry[] = [];
  const loose: Found[] = [];
  for (const item of items) {
    if (item.kind !== "file") continue;
    const entry = item.webkitGetAsEntry();
    const file = entry ? null : item.getAsFile();
    if (entry) entries.push(entry);
    else if (file) loose.push({ path: file.name, file });
  }
  const found = loose;
  for (const entry of entries) await walk(entry, found, onCount);
  return tidy(found);
}

async function walk(
  entry: FileSystemEntry,
  found: Found[],
  onCount: (files: number) => void,
): Promise<void> {
  const path = entry.fullPath.replace(/^\//, "");
  if (isClutter(path)) return;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    found.push({ path, file });
    if (found.length % 100 === 0) onCount(found.length);
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A folder is told a hundred entries at a time, until none are left.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (!some.length) return;
    for (const inner of some) await walk(inner, found, onCount);
  }
}

/** Sorted by path, without clutter; the same files always come in the same order. */
function tidy(found: Found[]): Found[] {
  const kept = found.filter(({ path }) => !isClutter(path));
  return kept.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
