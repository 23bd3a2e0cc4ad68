import { describe, expect, it } from "vitest";
import { classColor, textOn } from "@/editors/colors";
import { pack } from "@/editors/image/engine/paint/batch";
import { blendMask } from "@/editors/image/engine/paint/masks";
import { HIDDEN, type PaintView } from "@/editors/image/engine/paint/protocol";
import { Scene } from "@/editors/image/engine/paint/scene";
import type { RegionsField } from "@/interface/declaration";

const VIEW: PaintView = { scale: 1, left: 0, top: 0, width: 6, height: 6, ratio: 1 };
const EVERYWHERE = { left: 0, top: 0, right: 100, bottom: 100 };

function shape(slot: number, order: number, left: number) {
  return {
    slot,
    order,
    style: slot,
    flags: 0,
    bounds: { left, top: 0, right: left + 10, bottom: 10 },
    outlines: [{ points: Float32Array.of(left, 0, left + 10, 0, left + 10, 10), closed: true }],
    dots: [{ x: left, y: 5, hollow: true }],
    bitmap: undefined,
  };
}

describe("the painter's scene", () => {
  it("gets from a batch what was packed into it", () => {
    const scene = new Scene();
    scene.apply({ kind: "put", batch: pack([shape(4, 2, 20), shape(9, 1, 40)]) });
    const found = scene.within(EVERYWHERE);
    expect(found.map(({ slot }) => slot)).toEqual([9, 4]);
    expect(found[1]?.bounds).toEqual({ left: 20, top: 0, right: 30, bottom: 10 });
    expect([...(found[1]?.runs[0]?.points ?? [])]).toEqual([20, 0, 30, 0, 30, 10]);
    expect([...(found[0]?.dots ?? [])]).toEqual([40, 5, 1]);
  });

  it("says where something has changed, and only there", () => {
    const scene = new Scene();
    scene.apply({ kind: "put", batch: pack([shape(1, 1, 0), shape(2, 2, 60)]) });
    expect(scene.takeChanged()).toBe("all");
    expect(scene.takeChanged()).toBeNull();
    scene.apply({ kind: "put", batch: pack([shape(1, 1, 15)]) });
    expect(scene.takeChanged()).toEqual({ left: 0, top: 0, right: 25, bottom: 10 });
    expect(scene.within(EVERYWHERE).map(({ slot }) => slot)).toEqual([1, 2]);
    scene.apply({ kind: "flags", slots: Uint32Array.of(2), flags: Uint8Array.of(HIDDEN) });
    expect(scene.within(EVERYWHERE).map(({ slot }) => slot)).toEqual([1]);
    scene.apply({ kind: "remove", slots: Uint32Array.of(1) });
    expect(scene.within(EVERYWHERE)).toEqual([]);
  });
});

describe("a mask", () => {
  const mask = { left: 1, top: 1, width: 4, height: 4, pixels: new Uint8Array(16).fill(1) };
  const alpha = (pixels: Uint8ClampedArray, view: PaintView) =>
    Array.from({ length: view.height }, (_, y) =>
      Array.from({ length: view.width }, (_, x) => pixels[4 * (y * view.width + x) + 3]),
    );

  it("is filled inside and opaque at its edge", () => {
    const pixels = new Uint8ClampedArray(4 * 36);
    blendMask(pixels, VIEW, mask, { color: "#ff0000", opacity: 0.5 });
    expect(alpha(pixels, VIEW)).toEqual([
      [0, 0, 0, 0, 0, 0],
      [0, 255, 255, 255, 255, 0],
      [0, 255, 128, 128, 255, 0],
      [0, 255, 128, 128, 255, 0],
      [0, 255, 255, 255, 255, 0],
      [0, 0, 0, 0, 0, 0],
    ]);
    expect([...pixels.subarray(4 * 7, 4 * 7 + 3)]).toEqual([255, 0, 0]);
  });

  it("has no edge where only the view ends", () => {
    const part = { ...VIEW, left: 2, top: 2, width: 2, height: 2 };
    const pixels = new Uint8ClampedArray(4 * 4);
    blendMask(pixels, part, mask, { color: "#ff0000", opacity: 0.5 });
    expect(alpha(pixels, part)).toEqual([
      [128, 128],
      [128, 128],
    ]);
  });
});

describe("colours of classes", () => {
  const field: RegionsField = {
    name: "objects",
    type: "regions",
    on: "image",
    classes: [
      { value: "a", geometry: "box" },
      { value: "b", geometry: "box", color: "#F0a" },
      { value: "c", geometry: "box", color: "url(https://elsewhere.example)" },
    ],
  };

  it("are those declared, else different ones, and never anything but a colour", () => {
    expect(classColor(field, "b")).toBe("#ff00aa");
    expect(classColor(field, "a")).not.toBe(classColor(field, "c"));
    expect(classColor(field, "c")).toMatch(/^#[0-9a-f]{6}$/);
    expect(classColor(field, "gone")).toMatch(/^#[0-9a-f]{6}$/);
  });

  it("carry a text that can be read", () => {
    expect(textOn("#f0e442")).toBe("#000000");
    expect(textOn("#1a1a60")).toBe("#ffffff");
  });
});
