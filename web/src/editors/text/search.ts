import type { Extent } from "@/editors/text/boundaries";

/** More hits than this are not looked for: nobody goes through them one by one. */
const MOST_HITS = 20_000;

/** Where a query stands in a text, without regard to case unless the query has a capital letter. */
export function findAll(text: string, query: string): readonly Extent[] {
  if (query === "") return [];
  const flags = query === query.toLowerCase() ? "giu" : "gu";
  return matches(text, new RegExp(escaped(query), flags));
}

/** Where exactly these words stand; whole words only when they begin and end with letters or digits. */
export function findQuote(text: string, quote: string, wholeWords: boolean): readonly Extent[] {
  if (quote === "") return [];
  const letter = "[\\p{L}\\p{N}\\p{M}_]";
  const before = wholeWords && new RegExp(`^${letter}`, "u").test(quote) ? `(?<!${letter})` : "";
  const after = wholeWords && new RegExp(`${letter}$`, "u").test(quote) ? `(?!${letter})` : "";
  return matches(text, new RegExp(before + escaped(quote) + after, "gu"));
}

function matches(text: string, pattern: RegExp): Extent[] {
  const found: Extent[] = [];
  for (const match of text.matchAll(pattern)) {
    found.push({ start: match.index, end: match.index + match[0].length });
    if (found.length >= MOST_HITS) break;
  }
  return found;
}

function escaped(words: string): string {
  return words.replace(/[.*+?^${}()|[\]\\/-]/gu, (character) =>
    character === "-" ? "\\x2d" : `\\${character}`,
  );
}

/** Number of the first of some extents, in reading order, that ends behind an offset. */
export function firstBehind(extents: readonly Extent[], offset: number): number {
  let low = 0;
  let high = extents.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((extents[middle] as Extent).end <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
