import type { ShapeKind } from "@/editors/image/contract";
import { box } from "@/editors/image/geometries/box";
import { cuboid2d } from "@/editors/image/geometries/cuboid2d";
import { ellipse } from "@/editors/image/geometries/ellipse";
import { keypoints } from "@/editors/image/geometries/keypoints";
import { mask } from "@/editors/image/geometries/mask";
import { point } from "@/editors/image/geometries/point";
import { polygon } from "@/editors/image/geometries/polygon";
import { polyline } from "@/editors/image/geometries/polyline";
import { rotatedBox } from "@/editors/image/geometries/rotated-box";

/** Every kind of shape that can lie on a picture. */
export const SHAPE_KINDS: readonly ShapeKind[] = [
  box,
  rotatedBox,
  polygon,
  polyline,
  point,
  keypoints,
  ellipse,
  mask,
  cuboid2d,
];

const BY_TYPE: ReadonlyMap<string, ShapeKind> = new Map(SHAPE_KINDS.map((kind) => [kind.type, kind]));

/** The kind of a geometry's type; undefined for shapes that do not lie on a picture. */
export function shapeKind(type: string): ShapeKind | undefined {
  return BY_TYPE.get(type);
}
