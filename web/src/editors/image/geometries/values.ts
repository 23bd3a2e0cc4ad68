/** Stored shapes on a picture, as the server's validation takes them. All lengths are pixels of the picture. */
export type BoxValue = {
  readonly type: "box";
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
};

/** Turned clockwise around its centre by `angle` degrees, 0 <= angle < 360. */
export type RotatedBoxValue = {
  readonly type: "rotated_box";
  readonly cx: number;
  readonly cy: number;
  readonly w: number;
  readonly h: number;
  readonly angle: number;
};

/** As a rotated box, with the two radii. */
export type EllipseValue = {
  readonly type: "ellipse";
  readonly cx: number;
  readonly cy: number;
  readonly rx: number;
  readonly ry: number;
  readonly angle: number;
};

export type Pair = readonly [x: number, y: number];

/** Points as a list, or as base64 of little-endian float32 x0, y0, x1, y1, ... */
export type PathPoints = readonly Pair[] | string;

export type PolygonValue = { readonly type: "polygon"; readonly points: PathPoints };
export type PolylineValue = { readonly type: "polyline"; readonly points: PathPoints };
export type PointValue = { readonly type: "point"; readonly x: number; readonly y: number };

/** COCO's visibility: 1 labelled but hidden, 2 visible. */
export type Joint = readonly [x: number, y: number, visibility: number];
export type KeypointsValue = {
  readonly type: "keypoints";
  readonly points: { readonly [name: string]: Joint };
};

/** COCO run lengths of the whole picture in column order; `size` is [height, width]. */
export type MaskValue = {
  readonly type: "mask";
  readonly size: readonly [height: number, width: number];
  readonly counts: string | readonly number[];
};

/** Upper left, upper right, lower right, lower left. */
export type Face = readonly [Pair, Pair, Pair, Pair];
export type Cuboid2dValue = { readonly type: "cuboid2d"; readonly front: Face; readonly back: Face };

export type ShapeValue =
  | BoxValue
  | RotatedBoxValue
  | EllipseValue
  | PolygonValue
  | PolylineValue
  | PointValue
  | KeypointsValue
  | MaskValue
  | Cuboid2dValue;
