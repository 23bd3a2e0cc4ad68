import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { covers, grown, shared } from "@/editors/image/engine/bounds";
import { viewToPaint } from "@/editors/image/engine/paint/painted-layer";
import { seenIn } from "@/editors/image/engine/paint/protocol";
import { Viewport } from "@/editors/image/engine/viewport";

function viewport(): Viewport {
  const made = new Viewport({ width: 4000, height: 3000 });
  made.resize(1000, 700, 2);
  return made;
}

const step = fc.oneof(
  fc.record({
    factor: fc.double({ min: 0.5, max: 2, noNaN: true }),
    x: fc.integer({ min: 0, max: 1000 }),
    y: fc.integer({ min: 0, max: 700 }),
  }),
  fc.record({ dx: fc.integer({ min: -300, max: 300 }), dy: fc.integer({ min: -300, max: 300 }) }),
);

describe("the viewport", () => {
  it("shows the whole picture at first, in the middle", () => {
    const { visible, scale } = viewport();
    expect(covers(visible, { left: 0, top: 0, right: 4000, bottom: 3000 })).toBe(true);
    expect(scale).toBeCloseTo((700 * 0.96) / 3000);
    expect(visible.left + visible.right).toBeCloseTo(4000);
  });

  it("keeps the picture under the pointer where it is when it zooms", () => {
    const made = viewport();
    const at = { x: 620, y: 180 };
    const before = made.toPicture(at);
    made.zoomBy(3.7, at);
    expect(made.toPicture(at).x).toBeCloseTo(before.x, 9);
    expect(made.toPicture(at).y).toBeCloseTo(before.y, 9);
  });

  it("comes back exactly after moving there and back", () => {
    const made = viewport();
    made.zoomBy(4);
    const { x, y } = made;
    made.panBy(37, -12);
    made.panBy(-37, 12);
    expect([made.x, made.y]).toEqual([x, y]);
  });

  it("turns places on the screen into places on the picture and back", () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 12 }),
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 0, max: 700 }),
        (steps, x, y) => {
          const made = viewport();
          for (const each of steps) apply(made, each);
          const back = made.toScreen(made.toPicture({ x, y }));
          expect(back.x).toBeCloseTo(x, 6);
          expect(back.y).toBeCloseTo(y, 6);
        },
      ),
    );
  });

  it("never loses the picture from sight", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const made = viewport();
        for (const each of steps) apply(made, each);
        expect(shared(made.visible, { left: 0, top: 0, right: 4000, bottom: 3000 })).not.toBeNull();
      }),
    );
  });

  it("stays fitted when its size changes, and keeps its middle when it is not", () => {
    const made = viewport();
    made.resize(500, 500, 1);
    expect(made.fitted).toBe(true);
    expect(made.scale).toBeCloseTo((500 * 0.96) / 4000);
    made.zoomBy(5);
    const middle = made.toPicture({ x: 250, y: 250 });
    made.resize(900, 600, 1);
    expect(made.toPicture({ x: 450, y: 300 }).x).toBeCloseTo(middle.x, 6);
  });

  it("moves no further than it takes to show a place", () => {
    const made = viewport();
    made.zoomTo(2, { x: 0, y: 0 });
    const target = { left: 3000, top: 2000, right: 3100, bottom: 2100 };
    made.bringIntoView(target);
    expect(covers(grown(made.visible, 1e-6), target)).toBe(true);
    expect(made.visible.right).toBeCloseTo(3100, 6);
    expect(made.scale).toBe(2);
  });
});

describe("what is painted for a viewport", () => {
  it("holds all that is seen of the picture, on whole device pixels", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const made = viewport();
        for (const each of steps) apply(made, each);
        const view = viewToPaint(made, null);
        const seen = shared(made.visible, { left: 0, top: 0, right: 4000, bottom: 3000 });
        if (view === null || seen === null) throw new Error("The picture is out of sight");
        expect(covers(grown(seenIn(view), 1e-6), seen)).toBe(true);
        const left = (view.left * made.scale + made.x) * made.ratio;
        expect(left).toBeCloseTo(Math.round(left), 4);
        expect(view.width).toBeLessThanOrEqual(1000 * 2 * 1.5 + 2);
        expect(view.height).toBeLessThanOrEqual(700 * 2 * 1.5 + 2);
      }),
    );
  });

  it("stays the same while a pan remains inside of it, so that nothing is painted", () => {
    const made = viewport();
    made.zoomTo(1, { x: 0, y: 0 });
    made.centre({ x: 2000, y: 1500 });
    const view = viewToPaint(made, null);
    made.panBy(100, 80);
    expect(viewToPaint(made, view)).toBe(view);
    made.panBy(400, 0);
    expect(viewToPaint(made, view)).not.toBe(view);
  });
});

type Step = { factor: number; x: number; y: number } | { dx: number; dy: number };

function apply(made: Viewport, each: Step): void {
  if ("factor" in each) made.zoomBy(each.factor, each);
  else made.panBy(each.dx, each.dy);
}
