import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bounds, Modifiers, Point, ShapeKind } from "@/editors/image/contract";
import { SHAPE_KINDS, shapeKind } from "@/editors/image/geometries";
import { cuboidFrom } from "@/editors/image/geometries/cuboid2d";
import { maskOf } from "@/editors/image/geometries/mask";
import { polygonOf } from "@/editors/image/geometries/paths";
import { ringArea } from "@/editors/image/geometries/plane";
import type { ShapeValue } from "@/editors/image/geometries/values";
import type { ClassDeclaration } from "@/interface/declaration";

const FRAME = { width: 640, height: 480 };
const PLAIN: Modifiers = { shift: false, alt: false, mod: false };
/** What the server lets pass beside the border. */
const TOLERANCE = 0.001;

/** One of each kind around 200, 150, with a place inside it. */
const SAMPLES: readonly { readonly value: ShapeValue; readonly inside: Point }[] = [
  { value: { type: "box", x: 150, y: 100, w: 100, h: 80 }, inside: { x: 200, y: 140 } },
  {
    value: { type: "rotated_box", cx: 200, cy: 150, w: 90, h: 40, angle: 30 },
    inside: { x: 230, y: 167 },
  },
  {
    value: {
      type: "polygon",
      points: [
        [150, 100],
        [260, 110],
        [240, 200],
        [160, 190],
      ],
    },
    inside: { x: 200, y: 150 },
  },
  {
    value: {
      type: "polyline",
      points: [
        [150, 100],
        [200, 150],
        [260, 120],
      ],
    },
    inside: { x: 175, y: 125 },
  },
  { value: { type: "point", x: 200, y: 150 }, inside: { x: 201, y: 151 } },
  {
    value: { type: "keypoints", points: { nose: [200, 120, 2], neck: [200, 160, 2], hip: [210, 220, 1] } },
    inside: { x: 200, y: 140 },
  },
  { value: { type: "ellipse", cx: 200, cy: 150, rx: 50, ry: 20, angle: 45 }, inside: { x: 225, y: 175 } },
  {
    value: maskOf({ left: 180, top: 140, width: 40, height: 20, pixels: new Uint8Array(800).fill(1) }, FRAME),
    inside: { x: 200, y: 150 },
  },
  {
    value: cuboidFrom({ type: "box", x: 150, y: 120, w: 80, h: 60 }, { x: 230, y: 130 }, 0.75),
    inside: { x: 190, y: 150 },
  },
];

const EVERY = SAMPLES.map(({ value, inside }) => ({
  type: value.type,
  value,
  inside,
  kind: shapeKind(value.type) as ShapeKind,
  declared: {
    value: "thing",
    geometry: value.type,
    constraints: {
      points: ["nose", "neck", "hip"],
      edges: [
        ["nose", "neck"],
        ["neck", "hip"],
      ],
    },
  } as ClassDeclaration,
}));

/** Kinds of which the middle alone must lie on the picture. */
const MAY_LEAVE = new Set(["rotated_box", "ellipse", "cuboid2d"]);

function expectOnPicture(type: string, { left, top, right, bottom }: Bounds): void {
  const [x, y] = MAY_LEAVE.has(type) ? [(left + right) / 2, (top + bottom) / 2] : [undefined, undefined];
  const low = [x ?? left, y ?? top];
  const high = [x ?? right, y ?? bottom];
  // The middle of a cuboid's corners is not the middle of its bounds.
  const slack = type === "cuboid2d" ? 40 : TOLERANCE;
  expect(Math.min(...low)).toBeGreaterThanOrEqual(-slack);
  expect(high[0]).toBeLessThanOrEqual(FRAME.width + slack);
  expect(high[1]).toBeLessThanOrEqual(FRAME.height + slack);
}

describe("the kinds of shapes", () => {
  it("are all tried here", () => {
    expect(EVERY.map(({ type }) => type)).toEqual(SHAPE_KINDS.map(({ type }) => type));
  });

  describe.each(EVERY)("$type", ({ type, kind, value, inside, declared }) => {
    it("comes back when it is moved there and back", () => {
      const there = kind.translate(value, 31, -17, FRAME);
      expect(there).not.toEqual(value);
      expect(kind.translate(there, -31, 17, FRAME)).toEqual(value);
    });

    it("moves as far as it is told", () => {
      const before = kind.bounds(value, declared);
      const after = kind.bounds(kind.translate(value, 31, -17, FRAME), declared);
      expect(after.left).toBeCloseTo(before.left + 31, 2);
      expect(after.bottom).toBeCloseTo(before.bottom - 17, 2);
    });

    it("is hit inside, not far away", () => {
      expect(kind.hit(value, inside, 4, declared)).toBe(true);
      expect(kind.hit(value, { x: 600, y: 440 }, 4, declared)).toBe(false);
    });

    it("lies within its bounds", () => {
      const { left, top, right, bottom } = kind.bounds(value, declared);
      for (const { x, y } of kind.vertices(value)) {
        expect(x).toBeGreaterThanOrEqual(left - 0.01);
        expect(x).toBeLessThanOrEqual(right + 0.01);
        expect(y).toBeGreaterThanOrEqual(top - 0.01);
        expect(y).toBeLessThanOrEqual(bottom + 0.01);
      }
      for (const { points } of kind.outlines(value, declared)) {
        expect(Math.min(...points.filter((_, index) => index % 2 === 0))).toBeGreaterThanOrEqual(left - 0.01);
        expect(Math.max(...points.filter((_, index) => index % 2 === 1))).toBeLessThanOrEqual(bottom + 0.01);
      }
    });

    it("has handles that follow the pointer", () => {
      for (const handle of kind.handles(value, declared)) {
        if (handle.kind === "midpoint") continue;
        const to = { x: handle.x + 12, y: handle.y + 9 };
        const after = kind.moveHandle(value, handle.id, to, PLAIN, FRAME, declared);
        const now = kind.handles(after, declared).find(({ id }) => id === handle.id);
        expect(now).toBeDefined();
        if (now === undefined) continue;
        if (handle.kind === "rotate") {
          const [wanted, is] = [to, now].map(({ x, y }) => Math.atan2(y - 150, x - 200));
          expect(is).toBeCloseTo(wanted as number, 2);
        } else if (handle.kind === "edge" && type !== "cuboid2d") {
          expect(Math.hypot(now.x - handle.x, now.y - handle.y)).toBeGreaterThan(1);
        } else {
          expect(now.x).toBeCloseTo(to.x, 1);
          expect(now.y).toBeCloseTo(to.y, 1);
        }
      }
    });

    it("ignores handles that it does not have", () => {
      for (const name of ["v99", "m99", "toString", "joint:__proto__", ""])
        expect(kind.moveHandle(value, name, { x: 1, y: 1 }, PLAIN, FRAME, declared)).toEqual(value);
    });

    it("stays on the picture wherever it is moved, and by whichever handle", () => {
      const far = fc.double({ min: -2000, max: 2000, noNaN: true });
      const ids = kind
        .handles(value, declared)
        .filter((handle) => handle.kind !== "midpoint")
        .map(({ id }) => id);
      fc.assert(
        fc.property(far, far, fc.nat(), (x, y, which) => {
          expectOnPicture(type, kind.bounds(kind.translate(value, x, y, FRAME), declared));
          const id = ids[which % Math.max(1, ids.length)];
          if (id === undefined || id === "rotate" || MAY_LEAVE.has(type)) return;
          const after = kind.moveHandle(value, id, { x, y }, PLAIN, FRAME, declared);
          expectOnPicture(type, kind.bounds(after, declared));
        }),
        { numRuns: 60 },
      );
    });

    it("is resized by as much as is asked, or not at all", () => {
      const after = kind.resize?.(value, 10, 6, FRAME) ?? null;
      if (after === null) return expect(["point", "mask"]).toContain(type);
      const [before, now] = [kind.bounds(value, declared), kind.bounds(after, declared)];
      expect(now.right - now.left).toBeGreaterThan(before.right - before.left + 3);
      expect(now.bottom - now.top).toBeGreaterThan(before.bottom - before.top + 3);
      return undefined;
    });

    it("comes back when it is turned there and back", () => {
      const turned = kind.rotate?.(value, 25, FRAME) ?? null;
      if (turned === null) return expect(["box", "point", "mask"]).toContain(type);
      expect(turned).not.toEqual(value);
      const back = kind.bounds(kind.rotate?.(turned, -25, FRAME) ?? turned, declared);
      const before = kind.bounds(value, declared);
      // Paths are turned around the middle of their bounds, which turning moves a little.
      expect(Math.abs(back.right - back.left - (before.right - before.left))).toBeLessThan(0.1);
      return undefined;
    });

    it("can lose a vertex until it would be none any more", () => {
      if (kind.removeVertex === undefined) return;
      let left: typeof value | null = value as never;
      let count = 0;
      while (left !== null && count < 10) {
        const [handle] = kind.handles(left, declared).filter((each) => each.kind !== "midpoint");
        const next: typeof value | null = kind.removeVertex(left, handle?.id ?? "") as never;
        if (next !== null) expect(kind.vertices(next)).toHaveLength(kind.vertices(left).length - 1);
        left = next;
        count += 1;
      }
      expect(left).toBeNull();
    });

    it("gains a vertex on its side, at each midpoint", () => {
      if (kind.insertVertex === undefined) return;
      for (const handle of kind.handles(value, declared)) {
        if (handle.kind !== "midpoint") continue;
        const { geometry, handle: now } = kind.insertVertex(value, handle.id, { x: handle.x, y: handle.y });
        expect(kind.vertices(geometry)).toHaveLength(kind.vertices(value).length + 1);
        expect(kind.area(geometry)).toBeCloseTo(kind.area(value), 0);
        const vertex = kind.handles(geometry, declared).find(({ id }) => id === now);
        expect(vertex?.x).toBeCloseTo(handle.x, 1);
        expect(vertex?.y).toBeCloseTo(handle.y, 1);
      }
    });
  });
});

describe("a box", () => {
  const kind = shapeKind("box") as ShapeKind;

  it("with more digits than are written never leaves the picture", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const step = fc.double({ min: -700, max: 700, noNaN: true });
    fc.assert(
      fc.property(share, share, share, share, step, step, (a, b, c, d, dx, dy) => {
        const [x, y] = [a * 600, b * 440];
        const value = { type: "box", x, y, w: 1 + c * (639 - x), h: 1 + d * (479 - y) };
        const declared = { value: "", geometry: "box" } as const;
        expectOnPicture("box", kind.bounds(kind.translate(value, dx, dy, FRAME), declared));
        expectOnPicture("box", kind.bounds(kind.resize?.(value, dx, dy, FRAME) ?? value, declared));
      }),
    );
  });

  it("keeps its proportions with Shift and its middle with Mod", () => {
    const value = { type: "box", x: 100, y: 100, w: 80, h: 40 };
    const declared = { value: "", geometry: "box" } as const;
    const to = { x: 260, y: 180 };
    const wide = kind.moveHandle(value, "se", to, { ...PLAIN, shift: true }, FRAME, declared);
    expect(Number(wide.w) / Number(wide.h)).toBeCloseTo(2, 2);
    const around = kind.moveHandle(value, "e", to, { ...PLAIN, mod: true }, FRAME, declared);
    expect(around).toEqual({ type: "box", x: 20, y: 100, w: 240, h: 40 });
  });
});

describe("keypoints", () => {
  it("may have a joint that is called like something of every object", () => {
    const kind = shapeKind("keypoints") as ShapeKind;
    const declared: ClassDeclaration = {
      value: "",
      geometry: "keypoints",
      constraints: { points: ["__proto__", "a"], edges: [["__proto__", "a"]] },
    };
    const value = { type: "keypoints", points: { a: [5, 5, 2] } };
    expect(kind.outlines(value, declared)).toEqual([]);
    expect(kind.removeVertex?.(value, "joint:__proto__")).toEqual(value);
  });
});

describe("a polygon", () => {
  it("takes a vertex onto its side when the pointer is beside the picture", () => {
    const kind = shapeKind("polygon") as ShapeKind;
    const value = polygonOf([
      [0, 0],
      [100, 0],
      [100, 100],
    ]);
    const { geometry } = kind.insertVertex?.(value, "m0", { x: 50, y: -6 }) ?? { geometry: value };
    expect(kind.vertices(geometry)[1]).toEqual({ x: 50, y: 0 });
  });

  it("has the area of its ring, positive when it runs clockwise on the screen", () => {
    expect(
      ringArea([
        [0, 0],
        [10, 0],
        [10, 10],
        [0, 10],
      ]),
    ).toBe(100);
    expect(
      ringArea([
        [0, 0],
        [0, 10],
        [10, 10],
        [10, 0],
      ]),
    ).toBe(-100);
  });
});
