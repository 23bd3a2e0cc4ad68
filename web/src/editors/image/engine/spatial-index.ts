import Flatbush from "flatbush";
import type { Bounds } from "@/editors/image/contract";
import { meets } from "@/editors/image/engine/bounds";

/** Edits that are searched one by one before the tree is built anew. */
const MOST_EDITS = 256;

/**
 * Finds numbered rectangles. A tree that never changes is built when it is first searched; what was put,
 * moved or removed since is kept beside it, so that a change costs the same however many there are.
 */
export class SpatialIndex {
  readonly #bounds = new Map<number, Bounds>();
  readonly #edited = new Set<number>();
  #tree: Flatbush | null = null;
  #slots: Uint32Array = new Uint32Array(0);
  #stale = true;

  get size(): number {
    return this.#bounds.size;
  }

  put(slot: number, bounds: Bounds): void {
    this.#bounds.set(slot, bounds);
    this.#edited.add(slot);
  }

  remove(slot: number): void {
    this.#bounds.delete(slot);
    this.#edited.add(slot);
  }

  get(slot: number): Bounds | undefined {
    return this.#bounds.get(slot);
  }

  /** The numbers of the rectangles that meet another, in no order. */
  search(within: Bounds): number[] {
    if (this.#stale || this.#edited.size > MOST_EDITS) this.#build();
    const found: number[] = [];
    const { left, top, right, bottom } = within;
    for (const index of this.#tree?.search(left, top, right, bottom) ?? []) {
      const slot = this.#slots[index] as number;
      if (!this.#edited.has(slot)) found.push(slot);
    }
    for (const slot of this.#edited) {
      const bounds = this.#bounds.get(slot);
      if (bounds !== undefined && meets(bounds, within)) found.push(slot);
    }
    return found;
  }

  #build(): void {
    this.#stale = false;
    this.#edited.clear();
    this.#tree = null;
    if (this.#bounds.size === 0) return;
    const tree = new Flatbush(this.#bounds.size, 16, Float32Array);
    this.#slots = new Uint32Array(this.#bounds.size);
    for (const [slot, { left, top, right, bottom }] of this.#bounds) {
      // Float32 rounds: a rectangle is entered a little larger, and never missed.
      const slack = Math.max(Math.abs(right), Math.abs(bottom), 1) * 1e-6;
      this.#slots[tree.add(left - slack, top - slack, right + slack, bottom + slack)] = slot;
    }
    tree.finish();
    this.#tree = tree;
  }
}
