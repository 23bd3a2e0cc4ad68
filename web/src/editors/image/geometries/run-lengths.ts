import type { Bitmap } from "@/editors/image/contract";

/**
 * Run lengths of masks as COCO writes them: column by column, background first, as compressed text
 * (pycocotools, maskApi.c, rleToString).
 */

const MORE = 0x20;
const SIGN = 0x10;
const LOW = 0x1f;
const FIRST_CHARACTER = 48;

/** Pixels that are unfolded at most: a mask from elsewhere must not take all memory. */
const MOST_PIXELS = 2 ** 27;

/** The COCO text of run lengths. */
export function encodeCounts(counts: readonly number[]): string {
  const pieces: string[] = [];
  let codes: number[] = [];
  for (let index = 0; index < counts.length; index += 1) {
    let number = (counts[index] as number) - (index > 2 ? (counts[index - 2] as number) : 0);
    for (let more = true; more; ) {
      const bits = number & LOW;
      // Run lengths of large pictures do not fit into the 32 bits that a shift leaves.
      number = Math.floor(number / 32);
      more = (bits & SIGN) !== 0 ? number !== -1 : number !== 0;
      codes.push(bits + (more ? MORE : 0) + FIRST_CHARACTER);
    }
    if (codes.length > 4096) {
      pieces.push(String.fromCharCode(...codes));
      codes = [];
    }
  }
  return pieces.join("") + String.fromCharCode(...codes);
}

/** The run lengths of a COCO text; null for any other text. */
export function decodeCounts(text: string): number[] | null {
  const counts: number[] = [];
  let number = 0;
  let shift = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index) - FIRST_CHARACTER;
    if (code < 0 || code > (MORE | LOW) || shift > 30) return null;
    number += (code & LOW) * 2 ** shift;
    shift += 5;
    if ((code & MORE) !== 0) continue;
    if ((code & SIGN) !== 0) number -= 2 ** shift;
    counts.push(number + (counts.length > 2 ? (counts.at(-2) as number) : 0));
    number = 0;
    shift = 0;
  }
  return shift === 0 ? counts : null;
}

/** The pixels of run lengths, cut to where the foreground is; null when they do not fit, nothing is there, or it is too large. */
export function bitmapOf(counts: readonly number[], width: number, height: number): Bitmap | null {
  const box = foregroundBounds(counts, width, height);
  if (box === null) return null;
  const [left, top, wide, high] = [box.left, box.top, box.right - box.left, box.bottom - box.top];
  if (wide * high > MOST_PIXELS) return null;
  const pixels = new Uint8Array(wide * high);
  eachColumnRun(counts, height, (column, from, to) => {
    for (let at = (from - top) * wide + column - left, row = from; row < to; row += 1, at += wide)
      pixels[at] = 1;
  });
  return { left, top, width: wide, height: high, pixels };
}

function foregroundBounds(counts: readonly number[], width: number, height: number) {
  const box = { left: width, top: height, right: 0, bottom: 0 };
  let total = 0;
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) return null;
  for (const count of counts) {
    if (!(Number.isInteger(count) && count >= 0)) return null;
    total += count;
  }
  if (total !== width * height) return null;
  eachColumnRun(counts, height, (column, from, to) => {
    if (column < box.left) box.left = column;
    if (column >= box.right) box.right = column + 1;
    if (from < box.top) box.top = from;
    if (to > box.bottom) box.bottom = to;
  });
  return box.right > box.left ? box : null;
}

/** Every foreground run, cut at the ends of columns: rows from..to of a column. */
function eachColumnRun(
  counts: readonly number[],
  height: number,
  visit: (column: number, from: number, to: number) => void,
): void {
  let position = 0;
  for (let index = 0; index < counts.length; index += 1) {
    const end = position + (counts[index] as number);
    if (index % 2 === 1) {
      while (position < end) {
        const column = Math.floor(position / height);
        const last = Math.min(end, (column + 1) * height);
        visit(column, position - column * height, last - column * height);
        position = last;
      }
    }
    position = end;
  }
}

/**
 * The run lengths of a bitmap on a picture. Rows are compared with the row above, four pixels at a time: only
 * where they differ does a run of some column begin or end. Sorted by column those places are the runs.
 */
export function countsOf(bitmap: Bitmap, width: number, height: number): number[] {
  const borders = bordersOf(bitmap, height).sort();
  const counts: number[] = [];
  let last = 0;
  for (let index = 0; index < borders.length; index += 1) {
    const border = borders[index] as number;
    // A run that ends with its column where the next column begins goes on.
    if (border === borders[index + 1]) {
      index += 1;
      continue;
    }
    counts.push(border - last);
    last = border;
  }
  const rest = width * height - last;
  if (rest > 0 || counts.length === 0) counts.push(rest);
  return counts;
}

function bordersOf({ left, top, width: wide, height: high, pixels }: Bitmap, height: number): Float64Array {
  const borders = new Borders();
  const stride = Math.ceil(wide / 4) * 4;
  const empty = new Uint8Array(stride);
  let [above, row] = [empty.slice(), empty.slice()];
  for (let y = 0; y <= high; y += 1) {
    if (y < high) row.set(pixels.subarray(y * wide, (y + 1) * wide));
    else row.set(empty);
    const [fours, foursAbove] = [new Uint32Array(row.buffer), new Uint32Array(above.buffer)];
    for (let four = 0; four < fours.length; four += 1) {
      if (fours[four] === foursAbove[four]) continue;
      for (let x = four * 4; x < four * 4 + 4; x += 1) {
        if (row[x] !== above[x]) borders.add((left + x) * height + top + y);
      }
    }
    [above, row] = [row, above];
  }
  return borders.list();
}

class Borders {
  #numbers = new Float64Array(1024);
  #count = 0;

  add(number: number): void {
    if (this.#count === this.#numbers.length) {
      const more = new Float64Array(this.#count * 2);
      more.set(this.#numbers);
      this.#numbers = more;
    }
    this.#numbers[this.#count++] = number;
  }

  list(): Float64Array {
    return this.#numbers.subarray(0, this.#count);
  }
}
