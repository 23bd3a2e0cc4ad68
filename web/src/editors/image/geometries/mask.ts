import type { Bitmap, Frame, Point, ShapeKind } from "@/editors/image/contract";
import { clamp } from "@/editors/image/geometries/plane";
import { bitmapOf, countsOf, decodeCounts, encodeCounts } from "@/editors/image/geometries/run-lengths";
import type { MaskValue } from "@/editors/image/geometries/values";

const EMPTY: Bitmap = { left: 0, top: 0, width: 0, height: 0, pixels: new Uint8Array(0) };

/** Pixels of masks that were looked at: each is unfolded once. */
const known = new WeakMap<MaskValue, Bitmap>();

/** The pixels of a mask, cut to where it is; of no size for text that is no mask. */
export function pixelsOf(value: MaskValue): Bitmap {
  const seen = known.get(value);
  if (seen !== undefined) return seen;
  const [height, width] = value.size;
  const counts = typeof value.counts === "string" ? decodeCounts(value.counts) : value.counts;
  const bitmap = (counts === null ? null : bitmapOf(counts, width, height)) ?? EMPTY;
  known.set(value, bitmap);
  return bitmap;
}

/** The stored mask of a bitmap that lies on the picture, cut to where it is, and never changed afterwards. */
export function maskOf(bitmap: Bitmap, frame: Frame): MaskValue {
  const counts = countsOf(bitmap, frame.width, frame.height);
  const value: MaskValue = { type: "mask", size: [frame.height, frame.width], counts: encodeCounts(counts) };
  known.set(value, bitmap);
  return value;
}

/** Areas that were asked for: finding what lies under the pointer compares them at every move. */
const areas = new WeakMap<MaskValue, number>();

function areaOf(value: MaskValue): number {
  const seen = areas.get(value);
  if (seen !== undefined) return seen;
  let sum = 0;
  for (const pixel of pixelsOf(value).pixels) sum += pixel;
  areas.set(value, sum);
  return sum;
}

function isSet({ left, top, width, height, pixels }: Bitmap, x: number, y: number): boolean {
  const [column, row] = [Math.floor(x) - left, Math.floor(y) - top];
  return column >= 0 && row >= 0 && column < width && row < height && pixels[row * width + column] === 1;
}

/** Pixels of the picture, as many as there are. */
export const mask: ShapeKind<MaskValue> = {
  type: "mask",
  bounds(value) {
    const { left, top, width, height } = pixelsOf(value);
    return { left, top, right: left + width, bottom: top + height };
  },
  outlines: () => [],
  bitmap: pixelsOf,
  hit(value, { x, y }, tolerance) {
    const bitmap = pixelsOf(value);
    return (
      isSet(bitmap, x, y) ||
      isSet(bitmap, x - tolerance, y) ||
      isSet(bitmap, x + tolerance, y) ||
      isSet(bitmap, x, y - tolerance) ||
      isSet(bitmap, x, y + tolerance)
    );
  },
  area: areaOf,
  handles: () => [],
  moveHandle: (value) => value,
  translate(value, dx, dy) {
    const bitmap = pixelsOf(value);
    const [height, width] = value.size;
    const left = clamp(bitmap.left + Math.round(dx), 0, width - bitmap.width);
    const top = clamp(bitmap.top + Math.round(dy), 0, height - bitmap.height);
    if (bitmap.width === 0 || (left === bitmap.left && top === bitmap.top)) return value;
    return maskOf({ ...bitmap, left, top }, { width, height });
  },
  resize: () => null,
  rotate: () => null,
  vertices: (): Point[] => [],
};
