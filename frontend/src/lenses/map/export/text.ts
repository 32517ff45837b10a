/** Words on paper: how wide they are, and where their lines break. */

/** Width of a text at a size, CSS pixels. */
export type Measure = (text: string, size: number, bold: boolean) => number;

export const FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif";

/** A text in as few lines as there is room for, all about as long. */
export function wrapped(text: string, room: number, size: number, measure: Measure): string[] {
  const fewest = broken(text, room, size, measure);
  let [low, high] = [0, room];
  while (high - low > size / 2) {
    const middle = (low + high) / 2;
    const lines = broken(text, middle, size, measure);
    const fits = lines.every((line) => measure(line, size, false) <= middle);
    if (fits && lines.length <= fewest.length) high = middle;
    else low = middle;
  }
  return broken(text, high, size, measure);
}

function broken(text: string, room: number, size: number, measure: Measure): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line ? `${line} ${word}` : word;
    if (line && measure(longer, size, false) > room) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  if (line) lines.push(line);
  return lines;
}

/** A text that ends in an ellipsis where it does not fit. */
export function shortened(
  text: string,
  room: number,
  size: number,
  bold: boolean,
  measure: Measure,
): string {
  if (measure(text, size, bold) <= room) return text;
  const letters = [...text];
  while (letters.length > 1) {
    letters.pop();
    const short = `${letters.join("").trimEnd()}…`;
    if (measure(short, size, bold) <= room) return short;
  }
  return "…";
}
