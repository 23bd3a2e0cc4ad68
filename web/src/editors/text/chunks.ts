/** A piece of a text that is one block on the screen: a paragraph, or a part of a long one. UTF-16 units. */
export interface Chunk {
  readonly index: number;
  readonly start: number;
  /** Exclusive; the line break that ends the paragraph is included. */
  readonly end: number;
}

/** Beyond this length a paragraph is several chunks, so that a change never renders more than this. */
const LONGEST = 2000;
/** How far back from there a sentence or word may end the chunk. */
const LEEWAY = 500;

/** A text cut into chunks. Together they are the whole text; an empty text is one empty chunk. */
export class TextChunks {
  readonly text: string;
  readonly count: number;
  readonly #starts: Uint32Array;

  constructor(text: string) {
    this.text = text;
    this.#starts = startsOf(text);
    this.count = this.#starts.length;
  }

  at(index: number): Chunk {
    const start = this.#starts[index] as number;
    return { index, start, end: this.#starts[index + 1] ?? this.text.length };
  }

  /** Index of the chunk that an offset lies in; the end of the text lies in the last one. */
  indexAt(offset: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** What is shown of a chunk: without the line break at its end. */
  shownEnd(chunk: Chunk): number {
    if (chunk.end === chunk.start || this.text[chunk.end - 1] !== "\n") return chunk.end;
    return this.text[chunk.end - 2] === "\r" && chunk.end - 2 >= chunk.start ? chunk.end - 2 : chunk.end - 1;
  }
}

function startsOf(text: string): Uint32Array {
  const starts = [0];
  let position = 0;
  while (position < text.length) {
    const lineBreak = text.indexOf("\n", position);
    const end = lineBreak < 0 ? text.length : lineBreak + 1;
    while (end - position > LONGEST) {
      position = cutBefore(text, position, position + LONGEST);
      starts.push(position);
    }
    position = end;
    if (position < text.length) starts.push(position);
  }
  // After a last line break there is one more, empty line for the caret.
  if (text.endsWith("\n")) starts.push(text.length);
  return Uint32Array.from(starts);
}

/** A place to cut a long paragraph: after a sentence, else after a word, never inside a character. */
function cutBefore(text: string, start: number, limit: number): number {
  const tail = text.slice(limit - LEEWAY, limit);
  const sentence = /^[\s\S]*[.!?。！？]["'”’)\]]*\s+/u.exec(tail);
  if (sentence !== null) return limit - LEEWAY + sentence[0].length;
  const word = /^[\s\S]*\s/u.exec(tail);
  if (word !== null) return limit - LEEWAY + word[0].length;
  return Math.max(start + 1, wholeCharacter(text, limit));
}

/** An offset moved back so that no surrogate pair, combining mark or joined emoji is cut. */
function wholeCharacter(text: string, offset: number): number {
  const from = Math.max(0, offset - 64);
  let last = offset;
  for (const { index } of new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(
    text.slice(from, offset + 64),
  )) {
    if (from + index > offset) break;
    last = from + index;
  }
  return last > from ? last : offset;
}
