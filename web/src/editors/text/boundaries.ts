/**
 * Where characters, words and sentences of a text begin and end. All offsets are UTF-16 units of the whole
 * text; only the neighbourhood of an offset is looked at, whatever the length of the text.
 */
type Granularity = "grapheme" | "word" | "sentence";

const segmenters = {
  grapheme: new Intl.Segmenter(undefined, { granularity: "grapheme" }),
  word: new Intl.Segmenter(undefined, { granularity: "word" }),
  sentence: new Intl.Segmenter(undefined, { granularity: "sentence" }),
};

/** How far around an offset a character, word or sentence is looked for. */
const REACH: Readonly<Record<Granularity, number>> = { grapheme: 128, word: 512, sentence: 4000 };

interface Piece {
  readonly start: number;
  readonly end: number;
  /** Letters or digits, not white space or punctuation. */
  readonly isWord: boolean;
}

/** The pieces around an offset, in order. What is cut off at either end of the neighbourhood is left out. */
function piecesAround(text: string, offset: number, granularity: Granularity): Piece[] {
  const reach = REACH[granularity];
  const from = neighbourhoodStart(text, offset - reach);
  const until = Math.min(text.length, offset + reach);
  const pieces: Piece[] = [];
  for (const each of segmenters[granularity].segment(text.slice(from, until))) {
    const start = from + each.index;
    pieces.push({ start, end: start + each.segment.length, isWord: each.isWordLike ?? false });
  }
  return pieces;
}

/** Begin behind a line break or white space, so that no word or character is cut in two. */
function neighbourhoodStart(text: string, wanted: number): number {
  if (wanted <= 0) return 0;
  for (let offset = wanted; offset > Math.max(0, wanted - 256); offset -= 1) {
    if (/\s/u.test(text[offset - 1] as string)) return offset;
  }
  return isLowSurrogate(text.charCodeAt(wanted)) ? wanted - 1 : wanted;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** The next place to the right where a character begins or the text ends. */
export function nextCharacter(text: string, offset: number): number {
  return piecesAround(text, offset, "grapheme").find((each) => each.end > offset)?.end ?? text.length;
}

export function previousCharacter(text: string, offset: number): number {
  return piecesAround(text, offset, "grapheme").findLast((each) => each.start < offset)?.start ?? 0;
}

/** The end of this word or the next one. */
export function nextWord(text: string, offset: number): number {
  const found = piecesAround(text, offset, "word").find((each) => each.isWord && each.end > offset);
  return found?.end ?? Math.min(text.length, offset + REACH.word);
}

/** The start of this word or the one before. */
export function previousWord(text: string, offset: number): number {
  const found = piecesAround(text, offset, "word").findLast((each) => each.isWord && each.start < offset);
  return found?.start ?? Math.max(0, offset - REACH.word);
}

export function nextSentence(text: string, offset: number): number {
  return piecesAround(text, offset, "sentence").find((each) => each.end > offset)?.end ?? text.length;
}

export function previousSentence(text: string, offset: number): number {
  return piecesAround(text, offset, "sentence").findLast((each) => each.start < offset)?.start ?? 0;
}

export interface Extent {
  readonly start: number;
  readonly end: number;
}

/** The word at an offset, else the piece of punctuation or white space there. */
export function wordAt(text: string, offset: number): Extent {
  const pieces = piecesAround(text, offset, "word");
  const touching = pieces.filter((each) => each.start <= offset && each.end >= offset);
  const found = touching.find((each) => each.isWord) ?? touching.at(-1);
  return found === undefined ? { start: offset, end: offset } : { start: found.start, end: found.end };
}

/** The sentence at an offset, without the white space after it. */
export function sentenceAt(text: string, offset: number): Extent {
  const found = piecesAround(text, offset, "sentence").find((each) => each.end > offset);
  return found === undefined ? { start: offset, end: offset } : trimmed(text, found);
}

/** Widened to whole words at both ends, and without white space around it. */
export function snappedToWords(text: string, extent: Extent): Extent {
  const inner = withoutLooseEdges(text, extent);
  if (inner.start === inner.end) return inner;
  const first = piecesAround(text, inner.start, "word").find(
    (each) => each.isWord && each.start < inner.start && each.end > inner.start,
  );
  const last = piecesAround(text, inner.end, "word").find(
    (each) => each.isWord && each.start < inner.end && each.end > inner.end,
  );
  return { start: first?.start ?? inner.start, end: last?.end ?? inner.end };
}

/** Without white space, opening brackets and quotes at the end, closing ones and commas at the start. */
function withoutLooseEdges(text: string, extent: Extent): Extent {
  const { start, end } = trimmed(text, extent);
  const words = text.slice(start, end);
  const before = /^[\s)\]},.;:!?»”]+/u.exec(words)?.[0].length ?? 0;
  const behind = /[\s([{«„“,;:]+$/u.exec(words)?.[0].length ?? 0;
  return before + behind < words.length ? { start: start + before, end: end - behind } : { start, end };
}

/** Without white space at either end. Empty where there is nothing else. */
export function trimmed(text: string, { start, end }: Extent): Extent {
  let from = start;
  let until = end;
  while (from < until && /\s/u.test(text[from] as string)) from += 1;
  while (until > from && /\s/u.test(text[until - 1] as string)) until -= 1;
  return { start: from, end: until };
}
