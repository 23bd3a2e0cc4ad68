import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bounds } from "@/editors/image/contract";
import { meets } from "@/editors/image/engine/bounds";
import { snapped } from "@/editors/image/engine/snapping";
import { SpatialIndex } from "@/editors/image/engine/spatial-index";
import { nearestOnSegment } from "@/editors/image/geometries/plane";

const bounds = fc
  .record({
    left: fc.integer({ min: 0, max: 900 }),
    top: fc.integer({ min: 0, max: 900 }),
    width: fc.integer({ min: 0, max: 200 }),
    height: fc.integer({ min: 0, max: 200 }),
  })
  .map(({ left, top, width, height }): Bounds => ({ left, top, right: left + width, bottom: top + height }));
const edit = fc.record({ slot: fc.nat({ max: 400 }), bounds: fc.option(bounds) });

describe("the spatial index", () => {
  it("finds what a search through all of them finds, whatever was put, moved and removed", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.array(edit, { maxLength: 300 }), bounds), { maxLength: 4 }),
        (rounds) => {
          const index = new SpatialIndex();
          const plain = new Map<number, Bounds>();
          for (const [edits, within] of rounds) {
            for (const each of edits) {
              if (each.bounds === null) {
                index.remove(each.slot);
                plain.delete(each.slot);
              } else {
                index.put(each.slot, each.bounds);
                plain.set(each.slot, each.bounds);
              }
            }
            const expected = [...plain].filter(([, one]) => meets(one, within)).map(([slot]) => slot);
            expect(index.search(within).sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("snapping", () => {
  it("goes to the border of the picture, each side by itself", () => {
    const frame = { width: 100, height: 80 };
    expect(snapped({ x: 2, y: 40 }, 3, frame, () => [])).toEqual({ x: 0, y: 40 });
    expect(snapped({ x: 98, y: 79 }, 3, frame, () => [])).toEqual({ x: 100, y: 80 });
    expect(snapped({ x: 50, y: 40 }, 3, frame, () => [])).toEqual({ x: 50, y: 40 });
  });

  it("finds the nearest place on a line, and its ends", () => {
    expect(nearestOnSegment({ x: 5, y: 9 }, { x: 0, y: 0 }, { x: 10, y: 0 })).toEqual({ x: 5, y: 0 });
    expect(nearestOnSegment({ x: -4, y: 3 }, { x: 0, y: 0 }, { x: 10, y: 0 })).toEqual({ x: 0, y: 0 });
    expect(nearestOnSegment({ x: 1, y: 1 }, { x: 2, y: 2 }, { x: 2, y: 2 })).toEqual({ x: 2, y: 2 });
  });
});
