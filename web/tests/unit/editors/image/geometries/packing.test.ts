import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pack, pointsOf, unpack, written } from "@/editors/image/geometries/packing";
import { polygon } from "@/editors/image/geometries/polygon";
import type { Pair } from "@/editors/image/geometries/values";

const FRAME = { width: 4000, height: 3000 };
const NO_CLASS = { value: "", geometry: "polygon" } as const;

/** As assay.interface.geometries.packing writes them. */
const POINTS: readonly Pair[] = [
  [1477.01, 1699.02],
  [3812.39, 2071.48],
  [2061.97, 1852.78],
  [2704.8, 161.98],
];
const TEXT = "UqC4RKRg1EQ9Rm5FrncBRYXfAEX2mOdEzQwpReH6IUM=";

function circle(count: number): Pair[] {
  return Array.from({ length: count }, (_, index): Pair => {
    const angle = (index * 2 * Math.PI) / count;
    return [2000 + Math.round(900 * Math.cos(angle)), 1500 + Math.round(900 * Math.sin(angle))];
  });
}

describe("packed points", () => {
  it("are written and read as Python does", () => {
    expect(pack(POINTS)).toBe(TEXT);
    expect(unpack(TEXT)).toEqual(POINTS);
  });

  it("come back to the hundredth", () => {
    const place = fc.integer({ min: 0, max: 6_000_000 }).map((each) => each / 100);
    fc.assert(
      fc.property(fc.array(fc.tuple(place, place)), (points) => {
        expect(unpack(pack(points))).toEqual(points);
      }),
    );
  });

  it("are none in a text that is no base64", () => {
    expect(unpack("%%%")).toEqual([]);
  });

  it("begin above 500 points", () => {
    expect(written(circle(500))).toHaveLength(500);
    expect(typeof written(circle(500))).toBe("object");
    expect(typeof written(circle(501))).toBe("string");
  });

  it("are a list while the shape is dragged, and packed once it is stored", () => {
    const before = { type: "polygon" as const, points: pack(circle(600)) };
    const after = polygon.moveHandle(
      before,
      "v3",
      { x: 10, y: 20 },
      { shift: false, alt: false, mod: false },
      FRAME,
      NO_CLASS,
    );
    expect(typeof after.points).toBe("object");
    const stored = polygon.stored?.(after);
    expect(typeof stored?.points).toBe("string");
    expect(stored && pointsOf(stored)[3]).toEqual([10, 20]);
    expect(stored && pointsOf(stored)).toEqual(circle(600).with(3, [10, 20]));
  });
});
