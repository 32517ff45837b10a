/** Which cards are shown, and in which order. */

import type { Card } from "../../api/library";

export type Order = "newest" | "title" | "count" | "bytes";

export const ORDERS: Record<Order, { title: string; compare: (a: Card, b: Card) => number }> = {
  newest: { title: "Newest first", compare: (a, b) => b.created - a.created },
  title: { title: "Title", compare: (a, b) => a.title.localeCompare(b.title) },
  count: { title: "Most images", compare: (a, b) => b.dataset.count - a.dataset.count },
  bytes: { title: "Largest", compare: (a, b) => b.bytes - a.bytes },
};

/** Cards that hold a word, in order. */
export function arranged(cards: readonly Card[], word: string, order: Order): Card[] {
  const wanted = word.trim().toLowerCase();
  const holds = ({ title, note, dataset: { source, license } }: Card) =>
    [title, note, source, license].some((text) => text.toLowerCase().includes(wanted));
  return cards.filter(holds).toSorted(ORDERS[order].compare);
}
