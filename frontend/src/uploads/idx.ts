/** IDX files by their names: which holds images, which labels, and which are for testing. */

export type IdxRole = "images" | "labels" | "test_images" | "test_labels";

const TEST = /(^|[^a-z])(t10k|test|val(id(ation)?)?)([^a-z]|$)/i;
const LABELS = /label|idx1/i;

/** What an IDX file is by its name ("t10k-labels-idx1-ubyte.gz") and its number of axes. */
export function idxRole(name: string, axes: number | null): IdxRole {
  const labels = axes === null ? LABELS.test(name) : axes === 1;
  if (TEST.test(name)) return labels ? "test_labels" : "test_images";
  return labels ? "labels" : "images";
}

/**
 * Which file goes where; null where two would go to the same place, or none holds images.
 *
 * A test set alone is a dataset like any other.
 */
export function pairIdx<T>(
  files: readonly { role: IdxRole; file: T }[],
): Partial<Record<IdxRole, T>> | null {
  const paired: Partial<Record<IdxRole, T>> = {};
  for (const { role, file } of files) {
    if (role in paired) return null;
    paired[role] = file;
  }
  if (paired.images === undefined && paired.test_images !== undefined) {
    const { test_images: images, test_labels: labels } = paired;
    return labels === undefined ? { images } : { images, labels };
  }
  return paired.images === undefined ? null : paired;
}
