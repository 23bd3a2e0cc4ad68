import type { Bitmap, Bounds, Outline, Point } from "@/editors/image/contract";
import { CLOSED, FAINT, type ShapeBatch } from "@/editors/image/engine/paint/protocol";

/** One shape on its way to the painter. */
export interface PackedShape {
  readonly slot: number;
  readonly order: number;
  readonly style: number;
  readonly flags: number;
  readonly bounds: Bounds;
  readonly outlines: readonly Outline[];
  readonly dots: readonly (Point & { readonly hollow?: boolean })[];
  readonly bitmap: Bitmap | undefined;
}

export function pack(shapes: readonly PackedShape[]): ShapeBatch {
  const runs = shapes.flatMap((shape) => shape.outlines);
  const batch = {
    slots: Uint32Array.from(shapes, (shape) => shape.slot),
    orders: Float64Array.from(shapes, (shape) => shape.order),
    styles: Uint16Array.from(shapes, (shape) => shape.style),
    flags: Uint8Array.from(shapes, (shape) => shape.flags),
    bounds: new Float32Array(shapes.length * 4),
    runStarts: starts(shapes.map((shape) => shape.outlines.length)),
    runFlags: Uint8Array.from(runs, (run) => (run.closed ? CLOSED : 0) | (run.faint ? FAINT : 0)),
    pointStarts: starts(runs.map((run) => run.points.length)),
    coordinates: new Float32Array(runs.reduce((sum, run) => sum + run.points.length, 0)),
    dotStarts: starts(shapes.map((shape) => shape.dots.length)),
    dots: Float32Array.from(
      shapes.flatMap((shape) => shape.dots.flatMap((dot) => [dot.x, dot.y, dot.hollow ? 1 : 0])),
    ),
    bitmaps: shapes.flatMap((shape, index) =>
      shape.bitmap === undefined ? [] : [{ shape: index, bitmap: shape.bitmap }],
    ),
  };
  for (const [index, { bounds }] of shapes.entries()) {
    batch.bounds.set([bounds.left, bounds.top, bounds.right, bounds.bottom], index * 4);
  }
  for (const [index, run] of runs.entries()) batch.coordinates.set(run.points, batch.pointStarts[index]);
  return batch;
}

/** What moves to the worker instead of being copied. The masks' pixels stay: others may hold them. */
export function transferable(batch: ShapeBatch): Transferable[] {
  return [batch.slots, batch.orders, batch.styles, batch.flags, batch.bounds, batch.runStarts]
    .map((each) => each.buffer as ArrayBuffer)
    .concat(
      [batch.runFlags, batch.pointStarts, batch.coordinates, batch.dotStarts, batch.dots].map(
        (each) => each.buffer as ArrayBuffer,
      ),
    );
}

function starts(lengths: readonly number[]): Uint32Array {
  const result = new Uint32Array(lengths.length + 1);
  for (const [index, length] of lengths.entries()) result[index + 1] = (result[index] as number) + length;
  return result;
}
