import type { Bitmap, Bounds } from "@/editors/image/contract";
import { joined, meets } from "@/editors/image/engine/bounds";
import { HIDDEN, LIFTED, type PaintStyle, type ShapeBatch, type ShapeMessage } from "./protocol";

export interface SceneRun {
  readonly points: Float32Array;
  readonly flags: number;
}

export interface SceneShape {
  readonly slot: number;
  readonly order: number;
  readonly style: number;
  flags: number;
  readonly bounds: Bounds;
  readonly runs: readonly SceneRun[];
  /** x, y, hollow of each dot. */
  readonly dots: Float32Array;
  readonly bitmap: Bitmap | undefined;
}

/** The shapes as the painter knows them, and the part of the picture where they have changed since the last paint. */
export class Scene {
  styles: readonly PaintStyle[] = [];
  /** 0 to 1 */
  opacity = 0.15;
  labels = true;
  readonly #shapes = new Map<number, SceneShape>();
  #sorted: SceneShape[] | null = null;
  #changed: Bounds | null = null;
  #allChanged = true;

  apply(message: ShapeMessage): void {
    switch (message.kind) {
      case "styles":
        this.styles = message.styles;
        this.#allChanged = true;
        break;
      case "fill":
        this.opacity = message.opacity;
        this.labels = message.labels;
        this.#allChanged = true;
        break;
      case "put":
        for (const shape of unpack(message.batch)) this.#put(shape);
        break;
      case "remove":
        for (const slot of message.slots) this.#remove(slot);
        break;
      case "flags":
        for (const [index, slot] of message.slots.entries()) this.#flag(slot, message.flags[index] as number);
    }
  }

  /** Shapes to draw that meet a part of the picture, lowest first. */
  within(bounds: Bounds): SceneShape[] {
    this.#sorted ??= [...this.#shapes.values()].sort((a, b) => a.order - b.order);
    return this.#sorted.filter(
      (each) => (each.flags & (HIDDEN | LIFTED)) === 0 && meets(each.bounds, bounds),
    );
  }

  /** Where something is different since this was last asked: "all", a part of the picture, or null. */
  takeChanged(): Bounds | "all" | null {
    const changed = this.#allChanged ? "all" : this.#changed;
    this.#allChanged = false;
    this.#changed = null;
    return changed;
  }

  #put(shape: SceneShape): void {
    const before = this.#shapes.get(shape.slot);
    this.#shapes.set(shape.slot, shape);
    if (before !== undefined) this.#mark(before.bounds);
    this.#mark(shape.bounds);
    if (this.#sorted === null) return;
    // A change of shape keeps its place; only a new one or another order asks for sorting.
    if (before?.order === shape.order) this.#sorted[this.#sorted.indexOf(before)] = shape;
    else this.#sorted = null;
  }

  #remove(slot: number): void {
    const shape = this.#shapes.get(slot);
    if (shape === undefined) return;
    this.#mark(shape.bounds);
    this.#shapes.delete(slot);
    this.#sorted = null;
  }

  #flag(slot: number, flags: number): void {
    const shape = this.#shapes.get(slot);
    if (shape === undefined || shape.flags === flags) return;
    shape.flags = flags;
    this.#mark(shape.bounds);
  }

  #mark(bounds: Bounds): void {
    this.#changed = this.#changed === null ? bounds : joined(this.#changed, bounds);
  }
}

function* unpack(batch: ShapeBatch): Generator<SceneShape> {
  const bitmaps = new Map(batch.bitmaps.map(({ shape, bitmap }) => [shape, bitmap]));
  const at = (values: Uint32Array, index: number) => values[index] as number;
  for (const [index, slot] of batch.slots.entries()) {
    const runs: SceneRun[] = [];
    for (let run = at(batch.runStarts, index); run < at(batch.runStarts, index + 1); run += 1) {
      const points = batch.coordinates.subarray(at(batch.pointStarts, run), at(batch.pointStarts, run + 1));
      runs.push({ points, flags: batch.runFlags[run] as number });
    }
    const [left, top, right, bottom] = batch.bounds.subarray(index * 4, index * 4 + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    yield {
      slot,
      order: batch.orders[index] as number,
      style: batch.styles[index] as number,
      flags: batch.flags[index] as number,
      bounds: { left, top, right, bottom },
      runs,
      dots: batch.dots.subarray(3 * at(batch.dotStarts, index), 3 * at(batch.dotStarts, index + 1)),
      bitmap: bitmaps.get(index),
    };
  }
}
