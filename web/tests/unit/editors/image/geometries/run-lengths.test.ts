import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bitmap } from "@/editors/image/contract";
import { mask, maskOf, pixelsOf } from "@/editors/image/geometries/mask";
import { bitmapOf, countsOf, decodeCounts, encodeCounts } from "@/editors/image/geometries/run-lengths";

/** Masks with their texts as the server's Python writes them (assay.interface.geometries.run_lengths). */
const WRITTEN: readonly { readonly rows: readonly string[]; readonly text: string }[] = [
  { rows: [".....", ".###.", ".###.", "....."], text: "5220003" },
  { rows: ["######", "######", "######", "######", "######"], text: "0n0" },
  {
    rows: ["#.#.#.#", ".#.#.#.", "#.#.#.#", ".#.#.#.", "#.#.#.#", ".#.#.#."],
    text: "01100010O0010O0010O0010O0010O0010O000",
  },
  {
    rows: [
      ".........",
      "...###...",
      "..#####..",
      ".#######.",
      ".###.###.",
      ".#######.",
      "..#####..",
      "...###...",
    ],
    text: ";342N2OL00041N2N6",
  },
  {
    rows: [
      "##.#.##.#.##",
      "..##...#.#.#",
      "###.#..#.###",
      "..#..#..#...",
      ".#.#..#.#...",
      ".#........#.",
      "...##.#.###.",
      "###.#.....#.",
      "#..####..##.",
    ],
    text: "011032MN010O121NN11OO0001013OM21OON000015OL1OO210ON10O164",
  },
  { rows: Array<string>(40).fill(".##."), text: "X1`2X1" },
];

function bitmapFrom(rows: readonly string[]): Bitmap {
  const width = rows[0]?.length ?? 0;
  const pixels = Uint8Array.from(rows.join(""), (each) => (each === "#" ? 1 : 0));
  return { left: 0, top: 0, width, height: rows.length, pixels };
}

/** The pixels of the whole picture. */
function spread(bitmap: Bitmap, width: number, height: number): number[] {
  const all = Array<number>(width * height).fill(0);
  bitmap.pixels.forEach((pixel, index) => {
    const x = bitmap.left + (index % bitmap.width);
    const y = bitmap.top + Math.floor(index / bitmap.width);
    all[y * width + x] = pixel;
  });
  return all;
}

describe("run lengths", () => {
  it.each(WRITTEN)("are written as Python writes them: $text", ({ rows, text }) => {
    const bitmap = bitmapFrom(rows);
    expect(encodeCounts(countsOf(bitmap, bitmap.width, bitmap.height))).toBe(text);
  });

  it.each(WRITTEN)("of Python are read: $text", ({ rows, text }) => {
    const whole = bitmapFrom(rows);
    const bitmap = bitmapOf(decodeCounts(text) ?? [], whole.width, whole.height);
    expect(bitmap && spread(bitmap, whole.width, whole.height)).toEqual([...whole.pixels]);
  });

  it("may be longer than 32 bits", () => {
    const counts = [3_000_000_000, 17, 4_000_000, 2_500_000_000, 1];
    expect(encodeCounts(counts)).toBe("P`gP]i2a0PXRj3_WnU`Z2QhmUL");
    expect(decodeCounts("P`gP]i2a0PXRj3_WnU`Z2QhmUL")).toEqual(counts);
  });

  it("give back any picture", () => {
    const picture = fc
      .tuple(fc.integer({ min: 1, max: 13 }), fc.integer({ min: 1, max: 13 }))
      .chain(([width, height]) =>
        fc.tuple(
          fc.constant(width),
          fc.constant(height),
          fc.uint8Array({ min: 0, max: 1, minLength: width * height, maxLength: width * height }),
        ),
      );
    fc.assert(
      fc.property(picture, ([width, height, pixels]) => {
        const counts = countsOf({ left: 0, top: 0, width, height, pixels }, width, height);
        expect(counts.reduce((sum, each) => sum + each, 0)).toBe(width * height);
        const read = bitmapOf(decodeCounts(encodeCounts(counts)) ?? [], width, height);
        if (pixels.includes(1)) expect(read && spread(read, width, height)).toEqual([...pixels]);
        else expect(read).toBeNull();
      }),
    );
  });

  it("that do not fit, or would take all memory, are no mask", () => {
    expect(bitmapOf([3, 2], 2, 2)).toBeNull();
    expect(bitmapOf([-1, 5], 2, 2)).toBeNull();
    expect(bitmapOf([0.5, 3.5], 2, 2)).toBeNull();
    expect(bitmapOf([0, 65_535 ** 2], 65_535, 65_535)).toBeNull();
    expect(decodeCounts("~~")).toBeNull();
    expect(decodeCounts("P")).toBeNull();
    expect(decodeCounts("oooooooooooooo")).toBeNull();
    expect(pixelsOf({ type: "mask", size: [2, 2], counts: "!" }).width).toBe(0);
  });

  it("lie where the bitmap lies on the picture", () => {
    const value = maskOf(
      { left: 2, top: 1, width: 2, height: 1, pixels: Uint8Array.of(1, 1) },
      { width: 5, height: 3 },
    );
    expect(value).toEqual({ type: "mask", size: [3, 5], counts: encodeCounts([7, 1, 2, 1, 4]) });
    expect(mask.area(value)).toBe(2);
    expect(pixelsOf({ ...value })).toEqual(pixelsOf(value));
  });
});
