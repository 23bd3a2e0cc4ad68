import type { Bitmap, Bounds, Frame, Point } from "@/editors/image/contract";
import { clamp } from "@/editors/image/geometries/plane";
import type { Pair } from "@/editors/image/geometries/values";

/** Pixels that the buffer grows beyond what is needed, so that a stroke seldom grows it. */
const SPARE = 128;

/** Pixels that are painted on: as large as what was painted, not as the picture. */
export class PaintBuffer {
  readonly #frame: Frame;
  #bitmap: Bitmap = { left: 0, top: 0, width: 0, height: 0, pixels: new Uint8Array(0) };

  /** `from` is copied. */
  constructor(frame: Frame, from: Bitmap | null = null) {
    this.#frame = frame;
    if (from !== null) this.#bitmap = { ...from, pixels: from.pixels.slice() };
  }

  /** The pixels as they are now; they change with the next stroke. */
  get bitmap(): Bitmap {
    return this.#bitmap;
  }

  /** Set the pixels that a round brush covers on its way from one place to another. */
  stroke(from: Point, to: Point, radius: number, value: 0 | 1): void {
    const bounds = {
      left: Math.floor(Math.min(from.x, to.x) - radius),
      top: Math.floor(Math.min(from.y, to.y) - radius),
      right: Math.ceil(Math.max(from.x, to.x) + radius) + 1,
      bottom: Math.ceil(Math.max(from.y, to.y) + radius) + 1,
    };
    if (value === 1) this.#include(bounds);
    for (let y = bounds.top; y < bounds.bottom; y += 1) {
      const cut = strokeCut(from, to, radius, y + 0.5);
      if (cut !== null) this.#run(y, Math.ceil(cut[0] - 0.5), Math.floor(cut[1] - 0.5) + 1, value);
    }
    // A brush thinner than a pixel may pass between their middles.
    for (const { x, y } of [from, to]) this.#run(Math.floor(y), Math.floor(x), Math.floor(x) + 1, value);
  }

  /** Set the pixels whose middle lies in a ring, by the even-odd rule. */
  ring(points: readonly Pair[], value: 0 | 1): void {
    const xs = points.map(([x]) => x);
    const ys = points.map(([, y]) => y);
    const top = Math.floor(Math.min(...ys));
    const bottom = Math.ceil(Math.max(...ys));
    if (value === 1)
      this.#include({ left: Math.floor(Math.min(...xs)), top, right: Math.ceil(Math.max(...xs)), bottom });
    for (let y = top; y < bottom; y += 1) {
      const cuts = ringCuts(points, y + 0.5);
      for (let index = 0; index + 1 < cuts.length; index += 2) {
        const [from, to] = [cuts[index] as number, cuts[index + 1] as number];
        this.#run(y, Math.ceil(from - 0.5), Math.ceil(to - 0.5), value);
      }
    }
  }

  /**
   * Fill the empty pixels that hang together with a place. False, and nothing is changed, when they reach
   * the rim: then nothing encloses them.
   */
  fill(at: Point): boolean {
    const { left, top, width, height, pixels } = this.#bitmap;
    const [column, row] = [Math.floor(at.x) - left, Math.floor(at.y) - top];
    if (column < 0 || row < 0 || column >= width || row >= height) return false;
    const start = row * width + column;
    if (pixels[start] === 1) return true;
    const filled = pixels.slice();
    const waiting = [start];
    filled[start] = 1;
    for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
      const x = place % width;
      if (x === 0 || x === width - 1 || place < width || place >= width * (height - 1)) return false;
      for (const next of [place - 1, place + 1, place - width, place + width]) {
        if (filled[next] === 1) continue;
        filled[next] = 1;
        waiting.push(next);
      }
    }
    this.#bitmap = { ...this.#bitmap, pixels: filled };
    return true;
  }

  /** A copy cut to where something is; null when nothing is. */
  cropped(): Bitmap | null {
    const { left, top, width, pixels } = this.#bitmap;
    const first = pixels.indexOf(1);
    if (first < 0) return null;
    const from = Math.floor(first / width);
    const to = Math.floor(pixels.lastIndexOf(1) / width) + 1;
    let [low, high] = [width, 0];
    for (let y = from; y < to; y += 1) {
      const row = pixels.subarray(y * width, (y + 1) * width);
      const begin = row.indexOf(1);
      if (begin < 0) continue;
      low = Math.min(low, begin);
      high = Math.max(high, row.lastIndexOf(1) + 1);
    }
    const wide = high - low;
    const cut = new Uint8Array(wide * (to - from));
    for (let y = from; y < to; y += 1)
      cut.set(pixels.subarray(y * width + low, y * width + high), (y - from) * wide);
    return { left: left + low, top: top + from, width: wide, height: to - from, pixels: cut };
  }

  #run(y: number, from: number, to: number, value: 0 | 1): void {
    const { left, top, width, height, pixels } = this.#bitmap;
    const row = y - top;
    if (row < 0 || row >= height) return;
    const begin = clamp(from - left, 0, width);
    const end = clamp(to - left, 0, width);
    if (end > begin) pixels.fill(value, row * width + begin, row * width + end);
  }

  /** Make room for bounds, as far as the picture goes. */
  #include(bounds: Bounds): void {
    const { left, top, width, height, pixels } = this.#bitmap;
    const empty = width === 0 || height === 0;
    const wanted = {
      left: clamp(bounds.left, 0, this.#frame.width),
      top: clamp(bounds.top, 0, this.#frame.height),
      right: clamp(bounds.right, 0, this.#frame.width),
      bottom: clamp(bounds.bottom, 0, this.#frame.height),
    };
    const fits =
      wanted.left >= left &&
      wanted.top >= top &&
      wanted.right <= left + width &&
      wanted.bottom <= top + height;
    if (fits) return;
    const grown = {
      left: Math.max(0, Math.min(empty ? wanted.left : left, wanted.left - SPARE)),
      top: Math.max(0, Math.min(empty ? wanted.top : top, wanted.top - SPARE)),
      right: Math.min(this.#frame.width, Math.max(empty ? 0 : left + width, wanted.right + SPARE)),
      bottom: Math.min(this.#frame.height, Math.max(empty ? 0 : top + height, wanted.bottom + SPARE)),
    };
    const wide = grown.right - grown.left;
    const more = new Uint8Array(wide * (grown.bottom - grown.top));
    for (let y = 0; y < height; y += 1)
      more.set(pixels.subarray(y * width, (y + 1) * width), (top + y - grown.top) * wide + left - grown.left);
    this.#bitmap = {
      left: grown.left,
      top: grown.top,
      width: wide,
      height: grown.bottom - grown.top,
      pixels: more,
    };
  }
}

/** Where a row crosses the way of a round brush: it is convex, so that there is one piece. */
function strokeCut(from: Point, to: Point, radius: number, y: number): [number, number] | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const end of [from, to]) {
    const across = radius * radius - (y - end.y) ** 2;
    if (across < 0) continue;
    low = Math.min(low, end.x - Math.sqrt(across));
    high = Math.max(high, end.x + Math.sqrt(across));
  }
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length > 0) {
    const [nx, ny] = [(-(to.y - from.y) / length) * radius, ((to.x - from.x) / length) * radius];
    const sides: readonly Pair[] = [
      [from.x + nx, from.y + ny],
      [to.x + nx, to.y + ny],
      [to.x - nx, to.y - ny],
      [from.x - nx, from.y - ny],
    ];
    for (const x of ringCuts(sides, y)) {
      low = Math.min(low, x);
      high = Math.max(high, x);
    }
  }
  return low <= high ? [low, high] : null;
}

/** Where a row crosses the sides of a ring, from left to right. */
function ringCuts(ring: readonly Pair[], y: number): number[] {
  const cuts: number[] = [];
  let [px, py] = ring.at(-1) as Pair;
  for (const [x, y2] of ring) {
    if (y2 > y !== py > y) cuts.push(px + ((y - py) * (x - px)) / (y2 - py));
    [px, py] = [x, y2];
  }
  return cuts.sort((a, b) => a - b);
}
