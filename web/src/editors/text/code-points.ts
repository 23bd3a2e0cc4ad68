/**
 * Offsets of a text counted two ways: answers count Unicode code points, JavaScript counts UTF-16 units.
 * Only this module translates; everything else in the editor counts UTF-16 units.
 */
export class CodePointIndex {
  readonly text: string;
  /** Number of code points. */
  readonly length: number;
  /** UTF-16 offsets of the high halves of surrogate pairs, ascending. Empty for most texts. */
  readonly #pairs: Uint32Array;

  constructor(text: string) {
    this.text = text;
    this.#pairs = pairsOf(text);
    this.length = text.length - this.#pairs.length;
  }

  /** The code point offset of a UTF-16 offset; inside a pair, that of the pair. */
  toCodePoint(utf16: number): number {
    return utf16 - countBelow(this.#pairs, utf16);
  }

  /** The UTF-16 offset of a code point offset; beyond the text, its end. */
  toUtf16(codePoint: number): number {
    let low = 0;
    let high = this.#pairs.length;
    // Pair number i begins at code point pairs[i] - i: the first that begins at or after the offset is wanted.
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#pairs[middle] as number) - middle < codePoint) low = middle + 1;
      else high = middle;
    }
    return Math.min(this.text.length, Math.max(0, codePoint) + low);
  }
}

function pairsOf(text: string): Uint32Array {
  const found: number[] = [];
  for (let offset = 0; offset < text.length - 1; offset += 1) {
    if (isHigh(text.charCodeAt(offset)) && isLow(text.charCodeAt(offset + 1))) {
      found.push(offset);
      offset += 1;
    }
  }
  return Uint32Array.from(found);
}

/** How many numbers of an ascending list, each the start of a pair, lie wholly before an offset. */
function countBelow(pairs: Uint32Array, utf16: number): number {
  let low = 0;
  let high = pairs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((pairs[middle] as number) < utf16) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
