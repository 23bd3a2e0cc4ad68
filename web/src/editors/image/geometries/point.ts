import type { ShapeKind } from "@/editors/image/contract";
import { distance, inFrame, rounded, shiftWithin } from "@/editors/image/geometries/plane";
import type { PointValue } from "@/editors/image/geometries/values";

export const point: ShapeKind<PointValue> = {
  type: "point",
  bounds: ({ x, y }) => ({ left: x, top: y, right: x, bottom: y }),
  outlines: () => [],
  dots: ({ x, y }) => [{ x, y }],
  hit: (value, at, tolerance) => distance(value, at) <= tolerance,
  area: () => 0,
  handles: ({ x, y }) => [{ id: "v0", kind: "vertex", cursor: "move", x, y }],
  moveHandle: (value, handle, to, _modifiers, frame) =>
    handle === "v0" ? { type: "point", ...inFrame(to, frame) } : value,
  translate(value, dx, dy, frame) {
    const { x, y } = value;
    const shift = shiftWithin({ left: x, top: y, right: x, bottom: y }, dx, dy, frame);
    return { type: "point", x: rounded(x + shift.x), y: rounded(y + shift.y) };
  },
  resize: () => null,
  rotate: () => null,
  vertices: ({ x, y }) => [{ x, y }],
};
