import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { mask, pixelsOf } from "@/editors/image/geometries/mask";
import type { MaskValue } from "@/editors/image/geometries/values";
import { PaintBuffer } from "@/editors/image/tools/paint-buffer";
import english from "@/i18n/locales/en/image.json";
import { Drawing, FRAME } from "./drawing";

beforeAll(Drawing.start);

function isSet(value: MaskValue, x: number, y: number): boolean {
  const { left, top, width, height, pixels } = pixelsOf(value);
  const inside = x >= left && y >= top && x < left + width && y < top + height;
  return inside && pixels[(y - top) * width + x - left] === 1;
}

/** A ring of 80 pixels across with a hole of 40. */
function ring(): Drawing {
  const drawing = new Drawing("mask.polygon");
  drawing.click(100, 100).click(180, 100).click(180, 180).click(100, 180).tool.finish();
  const hole = new Drawing("mask.polygon-erase");
  hole.selected = drawing.selected;
  hole.click(120, 120).click(160, 120).click(160, 160).click(120, 160).tool.finish();
  return hole;
}

describe("the brush", () => {
  it("covers the pixels whose middle is within its radius", () => {
    const drawing = new Drawing("mask.brush").click(100, 100);
    const [made] = drawing.committed as [MaskValue];
    const bitmap = pixelsOf(made);
    expect(bitmap).toMatchObject({ left: 80, top: 80, width: 40, height: 40 });
    for (let y = 75; y < 125; y += 1)
      for (let x = 75; x < 125; x += 1)
        expect(isSet(made, x, y), `${x}, ${y}`).toBe(Math.hypot(x + 0.5 - 100, y + 0.5 - 100) <= 20);
    expect(made.size).toEqual([FRAME.height, FRAME.width]);
  });

  it("leaves no gap on a fast stroke", () => {
    const [made] = new Drawing("mask.brush").drag([
      [50, 50],
      [300, 200],
    ]).committed as [MaskValue];
    for (let step = 0; step <= 250; step += 1)
      expect(isSet(made, 50 + step, Math.floor(50 + step * 0.6))).toBe(true);
  });

  it("goes on with the selected mask, and takes from it", () => {
    const drawing = new Drawing("mask.brush").click(100, 100).click(115, 100);
    expect(drawing.committed).toHaveLength(1);
    expect(drawing.replaced).toHaveLength(1);
    const before = mask.area(drawing.committed[0] as MaskValue);
    const [grown] = drawing.replaced as [MaskValue];
    expect(mask.area(grown)).toBeGreaterThan(before);
    const eraser = new Drawing("mask.erase");
    eraser.selected = grown;
    eraser.click(100, 100);
    const [less] = eraser.replaced as [MaskValue];
    expect(isSet(less, 100, 100)).toBe(false);
    expect(isSet(less, 125, 100)).toBe(true);
    expect(mask.area(less)).toBe(mask.area(grown) - before);
  });

  it("does not erase what is not there, nor all there is", () => {
    const nothing = new Drawing("mask.erase").click(100, 100);
    expect(nothing.said).toEqual([english.tools.said.noMask]);
    const emptied = new Drawing("mask.erase");
    emptied.selected = new Drawing("mask.brush").click(100, 100).selected;
    for (let count = 0; count < 3; count += 1) emptied.tool.key("larger");
    emptied.drag([
      [70, 70],
      [130, 130],
      [70, 130],
      [130, 70],
      [100, 70],
      [100, 130],
    ]);
    expect(emptied.replaced).toEqual([]);
    expect(emptied.said.at(-1)).toBe(english.tools.said.emptyMask);
    for (let count = 0; count < 3; count += 1) emptied.tool.key("smaller");
  });

  it("grows and shrinks, and says how large it is", () => {
    const drawing = new Drawing("mask.brush");
    drawing.tool.key("larger");
    expect(drawing.said).toEqual(["Brush of 50 pixels"]);
    drawing.tool.key("smaller");
    expect(drawing.said.at(-1)).toBe("Brush of 40 pixels");
    expect(drawing.tool.key("other")).toBe(false);
  });

  it("forgets a stroke with Escape, and shows it while it lasts", () => {
    const drawing = new Drawing("mask.brush").click(100, 100);
    drawing.tool.down({ ...EVENT, x: 200, y: 200 });
    const sketch = drawing.tool.sketch();
    expect(sketch?.replacing).toBe(true);
    expect(sketch?.bitmap?.pixels.includes(1)).toBe(true);
    expect(drawing.tool.cancel()).toBe(true);
    drawing.tool.up({ ...EVENT, x: 200, y: 200 });
    expect(drawing.replaced).toEqual([]);
    expect(drawing.tool.sketch()?.bitmap).toBeUndefined();
  });

  it("stays on the picture", () => {
    const [made] = new Drawing("mask.brush").drag([
      [-50, -50],
      [500, 400],
    ]).committed as [MaskValue];
    const { left, top, width, height } = pixelsOf(made);
    expect([left, top]).toEqual([0, 0]);
    expect(left + width).toBeLessThanOrEqual(FRAME.width);
    expect(top + height).toBeLessThanOrEqual(FRAME.height);
  });
});

describe("polygons of a mask", () => {
  it("add and take away the pixels whose middle they enclose", () => {
    const drawing = ring();
    const [made] = drawing.replaced as [MaskValue];
    expect(mask.area(made)).toBe(80 * 80 - 40 * 40);
    expect(isSet(made, 119, 140)).toBe(true);
    expect(isSet(made, 120, 140)).toBe(false);
  });
});

describe("filling", () => {
  it("closes the hole that is clicked", () => {
    const fill = new Drawing("mask.fill");
    fill.selected = ring().selected;
    fill.place(140, 140);
    expect(mask.area(fill.replaced[0] as MaskValue)).toBe(80 * 80);
  });

  it("does not run out of a gap", () => {
    const gap = new Drawing("mask.polygon-erase");
    gap.selected = ring().selected;
    gap.click(138, 90).click(142, 90).click(142, 130).click(138, 130).tool.finish();
    const fill = new Drawing("mask.fill");
    fill.selected = gap.selected;
    fill.click(140, 140).click(10, 10);
    expect(fill.replaced).toEqual([]);
    expect(fill.said).toEqual([english.tools.said.open, english.tools.said.open]);
  });
});

describe("the buffer", () => {
  it("crops to what is painted, wherever and however large", () => {
    const place = fc.record({ x: fc.integer({ min: 0, max: 399 }), y: fc.integer({ min: 0, max: 299 }) });
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 6 }), (places) => {
        const buffer = new PaintBuffer(FRAME);
        for (const each of places) buffer.stroke(each, each, 0.4, 1);
        const distinct = new Set(places.map(({ x, y }) => `${x} ${y}`));
        const cropped = buffer.cropped();
        expect(cropped?.left).toBe(Math.min(...places.map(({ x }) => x)));
        expect(cropped?.top).toBe(Math.min(...places.map(({ y }) => y)));
        expect(cropped?.pixels.reduce((sum, each) => sum + each, 0)).toBe(distinct.size);
        for (const each of places) buffer.stroke(each, each, 0.4, 0);
        expect(buffer.cropped()).toBeNull();
      }),
    );
  });
});

const EVENT = {
  modifiers: { shift: false, alt: false, mod: false },
  button: 0,
  scale: 1,
  pressure: 0.5,
  source: "pointer",
} as const;
