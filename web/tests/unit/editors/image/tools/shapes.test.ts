import { beforeAll, describe, expect, it } from "vitest";
import { box } from "@/editors/image/geometries/box";
import { polygon } from "@/editors/image/geometries/polygon";
import { rotatedBox } from "@/editors/image/geometries/rotated-box";
import type { PolygonValue, RotatedBoxValue } from "@/editors/image/geometries/values";
import { TOOLS, toolsFor } from "@/editors/image/tools";
import german from "@/i18n/locales/de/image.json";
import forms from "@/i18n/locales/en/forms.json";
import english from "@/i18n/locales/en/image.json";
import type { GeometryType } from "@/interface/declaration";
import { Drawing } from "./drawing";

beforeAll(Drawing.start);

const BOX = { type: "box", x: 20, y: 30, w: 80, h: 50 };
const SHIFT = { shift: true, alt: false, mod: false };
const MOD = { shift: false, alt: false, mod: true };

describe("the tools", () => {
  it("have keys of their own that the workspace does not need", () => {
    const keys = TOOLS.flatMap((tool) => tool.keys);
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key).toMatch(/^Shift\+[a-z]$/);
    expect(keys).not.toContain("Shift+h");
    expect(keys).not.toContain("Shift+l");
    expect(keys).not.toContain("Shift+z");
    for (const { ownKeys = [] } of TOOLS)
      for (const each of ownKeys) for (const key of each.keys) expect(keys).not.toContain(key);
  });

  it("are named in both languages", () => {
    for (const { tools } of [english, german] as { tools: Record<string, unknown> }[]) {
      const named = tools.keys as Record<string, string>;
      for (const { label, ownKeys = [] } of TOOLS) {
        expect(tools[label.replace(/^tools\./, "")]).toEqual(expect.any(String));
        for (const { name } of ownKeys) expect(named[name]).toEqual(expect.any(String));
      }
    }
  });

  it("exist for every shape that lies on a picture, the usual one first", () => {
    const first = (geometry: GeometryType) => toolsFor({ value: "", geometry })[0]?.id;
    expect(first("box")).toBe("box");
    expect(first("mask")).toBe("mask.brush");
    for (const kind of ["rotated_box", "polygon", "polyline", "point", "keypoints", "ellipse", "cuboid2d"])
      expect(first(kind as GeometryType)).toBe(kind);
    expect(first("span")).toBeUndefined();
  });
});

describe("the box tool", () => {
  it("draws by dragging from any corner", () => {
    expect(
      new Drawing("box").drag([
        [20, 30],
        [60, 60],
        [100, 80],
      ]).committed,
    ).toEqual([BOX]);
    expect(
      new Drawing("box").drag([
        [100, 80],
        [60, 60],
        [20, 30],
      ]).committed,
    ).toEqual([BOX]);
  });

  it("draws by two clicks, and by two places of the keyboard", () => {
    expect(new Drawing("box").click(20, 30).click(100, 80).committed).toEqual([BOX]);
    expect(new Drawing("box").place(20, 30).place(100, 80).committed).toEqual([BOX]);
  });

  it("finishes with Enter and forgets with Escape or Backspace", () => {
    const drawing = new Drawing("box").place(20, 30);
    drawing.tool.move({ ...EVENT, x: 100, y: 80 });
    expect(drawing.tool.finish()).toBe(true);
    expect(drawing.committed).toEqual([BOX]);
    for (const end of ["cancel", "back"] as const) {
      const begun = new Drawing("box").place(20, 30);
      expect(begun.tool.sketch()).not.toBeNull();
      expect(begun.tool[end]()).toBe(true);
      expect(begun.tool.sketch()).toBeNull();
      expect(begun.tool[end]()).toBe(false);
      expect(begun.tool.finish()).toBe(false);
    }
  });

  it("draws a square with Shift, and from the middle with Mod", () => {
    const square = new Drawing("box").drag(
      [
        [20, 30],
        [100, 80],
      ],
      { modifiers: SHIFT },
    );
    expect(square.committed).toEqual([{ type: "box", x: 20, y: 30, w: 50, h: 50 }]);
    const around = new Drawing("box").drag(
      [
        [100, 100],
        [120, 130],
      ],
      { modifiers: MOD },
    );
    expect(around.committed).toEqual([{ type: "box", x: 80, y: 70, w: 40, h: 60 }]);
  });

  it("makes none without an area, and says so", () => {
    const drawing = new Drawing("box").click(20, 30).click(20, 90);
    expect(drawing.committed).toEqual([]);
    expect(drawing.said).toEqual([english.tools.said.noArea]);
    expect(drawing.click(100, 80).committed).toEqual([BOX]);
  });

  it("stays on the picture, and says when a click was beside it", () => {
    const drawing = new Drawing("box").drag([
      [-30, 30],
      [900, 700],
    ]);
    expect(drawing.committed).toEqual([{ type: "box", x: 0, y: 30, w: 400, h: 270 }]);
    expect(drawing.said).toEqual([english.tools.said.outside]);
  });

  it("says when a shape is smaller or larger than its class lets it be", () => {
    const small = new Drawing("box", { min_px: 60 }).drag([
      [20, 30],
      [100, 80],
    ]);
    expect(small.committed).toHaveLength(1);
    expect(small.said).toEqual(["Must be at least 60 pixels"]);
    const large = new Drawing("box", { max_px: 60 }).drag([
      [20, 30],
      [100, 80],
    ]);
    expect(large.said).toEqual(["Must be at most 60 pixels"]);
  });

  it("begins where the place snaps to", () => {
    const drawing = new Drawing("box");
    drawing.snapsTo = { x: 20, y: 30 };
    drawing.click(23, 32);
    drawing.snapsTo = null;
    expect(drawing.click(100, 80).committed).toEqual([BOX]);
  });

  it("listens to the main button only", () => {
    expect(new Drawing("box").click(20, 30, { button: 2 }).tool.sketch()).toBeNull();
  });
});

describe("the box by extreme points", () => {
  it("spans four clicks in any order", () => {
    const drawing = new Drawing("box.extreme").click(60, 30).place(100, 50).click(40, 80).place(20, 45);
    expect(drawing.committed).toEqual([BOX]);
    expect(drawing.said).toHaveLength(3);
  });

  it("takes clicks back one by one", () => {
    const drawing = new Drawing("box.extreme").click(60, 30).click(300, 200);
    expect(drawing.tool.back()).toBe(true);
    drawing.click(100, 50).click(40, 80).click(20, 45);
    expect(drawing.committed).toEqual([BOX]);
  });
});

describe("the rotated box tool", () => {
  it("takes a side and a width", () => {
    const drawing = new Drawing("rotated_box").place(100, 100).place(160, 180).place(180, 240);
    const [made] = drawing.committed as [RotatedBoxValue];
    expect(made).toMatchObject({ type: "rotated_box", w: 100, angle: 53.13 });
    expect(made.h).toBeCloseTo(20, 0);
    const corners = rotatedBox.vertices(made);
    for (const end of [
      { x: 100, y: 100 },
      { x: 160, y: 180 },
    ]) {
      const nearest = Math.min(...corners.map(({ x, y }) => Math.hypot(x - end.x, y - end.y)));
      expect(nearest).toBeLessThan(0.1);
    }
  });

  it("takes the side by a drag, and goes back step by step", () => {
    const drawing = new Drawing("rotated_box").drag([
      [100, 100],
      [150, 100],
      [200, 100],
    ]);
    expect(drawing.tool.back()).toBe(true);
    drawing.click(180, 100).click(140, 60);
    expect(drawing.committed).toEqual([{ type: "rotated_box", cx: 140, cy: 80, w: 80, h: 40, angle: 0 }]);
  });
});

describe("the polygon tool", () => {
  const corners = [
    [20, 20],
    [120, 30],
    [90, 140],
  ] as const;

  function begun(id = "polygon"): Drawing {
    const drawing = new Drawing(id);
    for (const [x, y] of corners) drawing.click(x, y);
    return drawing;
  }

  it("closes on its first point, by Enter and by a double click", () => {
    const expected = [{ type: "polygon", points: corners }];
    expect(begun().click(24, 22).committed).toEqual(expected);
    const entered = begun();
    expect(entered.tool.finish()).toBe(true);
    expect(entered.committed).toEqual(expected);
    const twice = begun().click(90, 141);
    expect(twice.tool.finish()).toBe(true);
    expect(twice.committed).toEqual(expected);
    expect(twice.tool.finish()).toBe(false);
  });

  it("is drawn by the keyboard alone", () => {
    const drawing = new Drawing("polygon");
    for (const [x, y] of corners) drawing.place(x, y);
    drawing.tool.finish();
    expect(drawing.committed).toEqual([{ type: "polygon", points: corners }]);
  });

  it("needs three points and an area", () => {
    const drawing = new Drawing("polygon").click(20, 20).click(60, 60);
    expect(drawing.tool.finish()).toBe(false);
    expect(drawing.said).toEqual(["At least 3 points are needed"]);
    drawing.click(100, 100);
    expect(drawing.tool.finish()).toBe(false);
    expect(drawing.committed).toEqual([]);
  });

  it("takes points back", () => {
    const drawing = begun();
    expect(drawing.tool.back()).toBe(true);
    drawing.click(200, 200).tool.finish();
    expect(drawing.committed).toEqual([{ type: "polygon", points: [...corners.slice(0, 2), [200, 200]] }]);
    expect(drawing.tool.back()).toBe(false);
  });

  it("says that it crosses itself, unless its class lets it", () => {
    const bow = (constraints: object) => {
      const drawing = new Drawing("polygon", constraints as never);
      drawing.click(20, 20).click(120, 120).click(140, 20).click(20, 150).tool.finish();
      return drawing;
    };
    expect(bow({}).said).toEqual([forms.problems.self_intersection]);
    expect(bow({ allow_self_intersection: true }).said).toEqual([]);
    expect(bow({}).committed).toHaveLength(1);
  });

  it("follows the pointer free-hand, with no more points than are needed", () => {
    const round = Array.from({ length: 200 }, (_, index) => {
      const angle = (index * 2 * Math.PI) / 200;
      return [200 + 80 * Math.cos(angle), 150 + 80 * Math.sin(angle)] as const;
    });
    const drawing = new Drawing("polygon").drag(round);
    const [made] = drawing.committed as [PolygonValue];
    expect(made.points.length).toBeLessThan(60);
    expect(polygon.area(made)).toBeGreaterThan(Math.PI * 80 * 80 * 0.97);
    expect(polygon.area(made)).toBeLessThan(Math.PI * 80 * 80 * 1.01);
  });

  it("takes a free-hand line back as one step", () => {
    const drawing = new Drawing("polygon").click(20, 20);
    drawing.drag(Array.from({ length: 40 }, (_, index) => [60 + index * 4, 40 + (index % 7) * 5] as const));
    expect(drawing.tool.back()).toBe(true);
    drawing.click(120, 30).click(90, 140).tool.finish();
    expect(drawing.committed).toEqual([{ type: "polygon", points: corners }]);
  });
});

describe("the other tools", () => {
  it("draw a polyline, which may cross itself and does not close", () => {
    const drawing = new Drawing("polyline").click(20, 20).click(100, 100).click(100, 20).click(21, 21);
    expect(drawing.committed).toEqual([]);
    drawing.tool.finish();
    expect(drawing.committed).toEqual([
      {
        type: "polyline",
        points: [
          [20, 20],
          [100, 100],
          [100, 20],
          [21, 21],
        ],
      },
    ]);
    expect(drawing.said).toEqual([]);
  });

  it("draw a point with one click", () => {
    expect(new Drawing("point").place(12.5, 40).committed).toEqual([{ type: "point", x: 12.5, y: 40 }]);
  });

  it("draw an ellipse into a rectangle", () => {
    expect(
      new Drawing("ellipse").drag([
        [20, 30],
        [100, 80],
      ]).committed,
    ).toEqual([{ type: "ellipse", cx: 60, cy: 55, rx: 40, ry: 25, angle: 0 }]);
  });

  it("draw a cuboid: the near face, then the middle of the far one, of any size", () => {
    const drawing = new Drawing("cuboid2d").drag([
      [20, 30],
      [100, 80],
    ]);
    expect(drawing.said).toHaveLength(1);
    expect(drawing.tool.key("smaller")).toBe(true);
    drawing.click(140, 60);
    expect(drawing.committed).toEqual([
      {
        type: "cuboid2d",
        front: [
          [20, 30],
          [100, 30],
          [100, 80],
          [20, 80],
        ],
        back: [
          [112, 42.5],
          [168, 42.5],
          [168, 77.5],
          [112, 77.5],
        ],
      },
    ]);
    const back = new Drawing("cuboid2d").place(20, 30).place(100, 80);
    expect(back.tool.finish()).toBe(false);
    expect(back.tool.back()).toBe(true);
    expect(back.tool.sketch()).toBeNull();
  });
});

describe("the keypoints tool", () => {
  const skeleton = { points: ["nose", "neck", "hip"], edges: [["nose", "neck"]] };

  it("asks for each joint by its name", () => {
    const drawing = new Drawing("keypoints", skeleton).place(50, 20);
    expect(drawing.said).toEqual(["Joint 1 of 3: nose", "Joint 2 of 3: neck"]);
    drawing.place(52, 60).place(54, 120);
    expect(drawing.committed).toEqual([
      { type: "keypoints", points: { nose: [50, 20, 2], neck: [52, 60, 2], hip: [54, 120, 2] } },
    ]);
    expect(drawing.said.at(-1)).toBe("Joint 1 of 3: nose");
  });

  it("marks hidden joints and leaves joints out", () => {
    const drawing = new Drawing("keypoints", skeleton);
    expect(drawing.tool.key("hidden")).toBe(true);
    expect(drawing.said.at(-1)).toBe("Joint 1 of 3: nose, hidden");
    drawing.place(50, 20);
    drawing.tool.key("skip");
    drawing.place(54, 120);
    expect(drawing.committed).toEqual([
      { type: "keypoints", points: { nose: [50, 20, 1], hip: [54, 120, 2] } },
    ]);
  });

  it("finishes early, takes joints back, and makes no skeleton of nothing", () => {
    const drawing = new Drawing("keypoints", skeleton).place(50, 20).place(9, 9);
    drawing.tool.back();
    expect(drawing.tool.finish()).toBe(true);
    expect(drawing.committed).toEqual([{ type: "keypoints", points: { nose: [50, 20, 2] } }]);
    for (let count = 0; count < 3; count += 1) drawing.tool.key("skip");
    expect(drawing.committed).toHaveLength(1);
    expect(drawing.said.at(-1)).toBe(english.tools.said.noJoint);
  });
});

describe("sketches", () => {
  it("show what would become of a click now", () => {
    const drawing = new Drawing("box").click(20, 30);
    drawing.tool.move({ ...EVENT, x: 100, y: 80 });
    const sketch = drawing.tool.sketch();
    expect(sketch?.caption).toBe("80 × 50");
    expect(sketch?.outlines).toEqual(box.outlines(BOX as never, { value: "", geometry: "box" }));
  });
});

const EVENT = {
  x: 0,
  y: 0,
  modifiers: { shift: false, alt: false, mod: false },
  button: -1,
  scale: 1,
  pressure: 0.5,
  source: "pointer",
} as const;
