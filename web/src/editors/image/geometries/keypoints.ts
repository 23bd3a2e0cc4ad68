import type { Outline, Point, ShapeKind } from "@/editors/image/contract";
import {
  boundsOf,
  distance,
  flat,
  inFrame,
  isWithin,
  segmentDistance,
  shifted,
  shiftWithin,
  stretched,
  turnedPoints,
} from "@/editors/image/geometries/plane";
import type { Joint, KeypointsValue, Pair } from "@/editors/image/geometries/values";
import type { ClassDeclaration } from "@/interface/declaration";

export const HIDDEN = 1;
export const VISIBLE = 2;
const JOINT = "joint:";

/** The joints that a class asks for, in its order. */
export function jointNames(declared: ClassDeclaration): readonly string[] {
  const names = declared.constraints?.points;
  return Array.isArray(names) ? names.filter((name): name is string => typeof name === "string") : [];
}

/** Which joints of a class are joined. */
export function jointEdges(declared: ClassDeclaration): readonly (readonly [string, string])[] {
  const edges = declared.constraints?.edges;
  if (!Array.isArray(edges)) return [];
  return edges.filter(
    (edge): edge is [string, string] => Array.isArray(edge) && edge.length === 2 && edge.every(isText),
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function bones(value: KeypointsValue, declared: ClassDeclaration): readonly [Joint, Joint][] {
  return jointEdges(declared).flatMap(([from, to]): [Joint, Joint][] => {
    const [a, b] = [jointOf(value, from), jointOf(value, to)];
    return a === undefined || b === undefined ? [] : [[a, b]];
  });
}

/** A joint by its name, which may be any text, even that of something which every object has. */
function jointOf({ points }: KeypointsValue, name: string): Joint | undefined {
  return Object.hasOwn(points, name) ? points[name] : undefined;
}

function places(value: KeypointsValue): Pair[] {
  return Object.values(value.points).map(([x, y]): Pair => [x, y]);
}

/** The same joints, in their order, at other places. */
function placed(value: KeypointsValue, points: readonly Pair[]): KeypointsValue {
  const joints = Object.entries(value.points).map(([name, [, , visibility]], index): [string, Joint] => {
    const [x, y] = points[index] as Pair;
    return [name, [x, y, visibility]];
  });
  return { type: "keypoints", points: Object.fromEntries(joints) };
}

export function withJoint(
  value: KeypointsValue,
  name: string,
  at: Point,
  visibility: number,
): KeypointsValue {
  return { type: "keypoints", points: { ...value.points, [name]: [at.x, at.y, visibility] } };
}

/** Hidden joints become visible and the other way round. */
export function withOtherVisibility(value: KeypointsValue, handle: string): KeypointsValue {
  const name = handle.slice(JOINT.length);
  const joint = jointOf(value, name);
  if (joint === undefined) return value;
  return withJoint(value, name, { x: joint[0], y: joint[1] }, joint[2] === VISIBLE ? HIDDEN : VISIBLE);
}

/** The named joints of a skeleton, with the bones that its class declares. */
export const keypoints: ShapeKind<KeypointsValue> = {
  type: "keypoints",
  bounds: (value) => boundsOf(places(value)),
  outlines: (value, declared) =>
    bones(value, declared).map(
      ([a, b]): Outline => ({
        points: flat([
          [a[0], a[1]],
          [b[0], b[1]],
        ]),
        closed: false,
        faint: a[2] === HIDDEN || b[2] === HIDDEN,
      }),
    ),
  dots: (value) => Object.values(value.points).map(([x, y, v]) => ({ x, y, hollow: v === HIDDEN })),
  hit: (value, at, tolerance, declared) =>
    Object.values(value.points).some(([x, y]) => distance(at, { x, y }) <= tolerance) ||
    bones(value, declared).some(([a, b]) => segmentDistance(at, a[0], a[1], b[0], b[1]) <= tolerance),
  area(value) {
    const { left, top, right, bottom } = boundsOf(places(value));
    return (right - left) * (bottom - top);
  },
  handles: (value) =>
    Object.entries(value.points).map(([name, [x, y]]) => ({
      id: JOINT + name,
      kind: "joint",
      cursor: "move",
      label: name,
      x,
      y,
    })),
  moveHandle(value, handle, to, _modifiers, frame) {
    const name = handle.slice(JOINT.length);
    const joint = handle.startsWith(JOINT) ? jointOf(value, name) : undefined;
    return joint === undefined ? value : withJoint(value, name, inFrame(to, frame), joint[2]);
  },
  translate(value, dx, dy, frame) {
    const points = places(value);
    const shift = shiftWithin(boundsOf(points), dx, dy, frame);
    return placed(value, shifted(points, shift.x, shift.y));
  },
  resize: (value, dx, dy, frame) => placed(value, stretched(places(value), dx, dy, frame)),
  rotate(value, degrees, frame) {
    const points = turnedPoints(places(value), degrees);
    return isWithin(boundsOf(points), frame) ? placed(value, points) : null;
  },
  removeVertex(value, handle) {
    const name = handle.slice(JOINT.length);
    if (!handle.startsWith(JOINT) || jointOf(value, name) === undefined) return value;
    const rest = Object.entries(value.points).filter(([each]) => each !== name);
    return rest.length === 0 ? null : { type: "keypoints", points: Object.fromEntries(rest) };
  },
  vertices: (value) => Object.values(value.points).map(([x, y]) => ({ x, y })),
};
