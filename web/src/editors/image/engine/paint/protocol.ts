import type { Bitmap, Bounds } from "@/editors/image/contract";

/** A rectangle of device pixels, and where it lies on the picture. */
export interface PaintView {
  /** Device pixels per picture pixel. */
  readonly scale: number;
  /** Picture place of the upper left device pixel. */
  readonly left: number;
  readonly top: number;
  /** Size in device pixels. */
  readonly width: number;
  readonly height: number;
  /** Device pixels per CSS pixel: how thick a line is. */
  readonly ratio: number;
}

/** How all shapes of a class, or of another annotator, look. */
export interface PaintStyle {
  /** "#rrggbb" */
  readonly color: string;
  readonly label: string;
  readonly dashed: boolean;
}

/** Bits of a shape's state. */
export const HIDDEN = 1;
/** On its way elsewhere: the active layer draws it. */
export const LIFTED = 2;
/** One of so many selected shapes that the active layer does not draw them one by one. */
export const MARKED = 4;

/** Bits of a run of points. */
export const CLOSED = 1;
export const FAINT = 2;

/**
 * Many shapes in a few arrays, so that they cross to the worker without being copied one by one.
 * Shape i has the runs runStarts[i] to runStarts[i + 1], and run j the points pointStarts[j] to
 * pointStarts[j + 1]; dots are x, y, hollow.
 */
export interface ShapeBatch {
  readonly slots: Uint32Array;
  readonly orders: Float64Array;
  readonly styles: Uint16Array;
  readonly flags: Uint8Array;
  /** left, top, right, bottom of each shape. */
  readonly bounds: Float32Array;
  readonly runStarts: Uint32Array;
  readonly runFlags: Uint8Array;
  readonly pointStarts: Uint32Array;
  readonly coordinates: Float32Array;
  readonly dotStarts: Uint32Array;
  readonly dots: Float32Array;
  readonly bitmaps: readonly { readonly shape: number; readonly bitmap: Bitmap }[];
}

export type ShapeMessage =
  | { readonly kind: "styles"; readonly styles: readonly PaintStyle[] }
  | { readonly kind: "put"; readonly batch: ShapeBatch }
  | { readonly kind: "remove"; readonly slots: Uint32Array }
  | { readonly kind: "flags"; readonly slots: Uint32Array; readonly flags: Uint8Array }
  | { readonly kind: "fill"; readonly opacity: number; readonly labels: boolean };

export interface TileSource {
  /** Address of the picture; its tiles are below it. */
  readonly address: string;
  readonly tileSize: number;
  /** Level 0 is the picture itself, each further one half as wide and high. */
  readonly levels: number;
}

export type MediaMessage =
  | { readonly kind: "image"; readonly image: ImageBitmap; readonly width: number; readonly height: number }
  | {
      readonly kind: "tiles";
      readonly source: TileSource;
      readonly width: number;
      readonly height: number;
    };

export type PaintMessage =
  | ShapeMessage
  | MediaMessage
  | { readonly kind: "paint"; readonly view: PaintView }
  | { readonly kind: "close" };

export interface Painted {
  readonly kind: "painted";
  readonly view: PaintView;
  /** Null when there is nothing to see there. */
  readonly image: ImageBitmap | null;
  /** More of it is on its way (tiles): paint again when `stale` is heard. */
  readonly complete: boolean;
}

export type PaintAnswer = Painted | { readonly kind: "stale" };

/** The part of the picture that a view shows. */
export function seenIn(view: PaintView): Bounds {
  return {
    left: view.left,
    top: view.top,
    right: view.left + view.width / view.scale,
    bottom: view.top + view.height / view.scale,
  };
}
