import { textOn } from "@/editors/colors";
import type { Bounds } from "@/editors/image/contract";
import { grown, shared } from "@/editors/image/engine/bounds";
import { blendMask } from "./masks";
import {
  CLOSED,
  FAINT,
  MARKED,
  type PaintStyle,
  type PaintView,
  type ShapeMessage,
  seenIn,
} from "./protocol";
import { Scene, type SceneShape } from "./scene";

export type PaintContext = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;

/** Smaller shapes are little boxes; those below `DECIMATED` lose the points that lie close together. */
const BOX_BELOW = 3;
const DECIMATED_BELOW = 24;
const MOST_LABELS = 200;
/** Up to so many shapes each line has a dark one below it, so that it is seen on a picture of its colour. */
const MOST_CASED = 500;
const LINE = 1.5;
const LABEL_FONT = "600 11px system-ui, sans-serif";
/** CSS pixels around a shape that its line and dots may take. */
const MARGIN = 6;

/** Draws the shapes that nobody is touching. Only what has changed is painted again. */
export class ShapePainter {
  readonly #scene = new Scene();
  readonly #context: PaintContext;
  #painted: PaintView | null = null;
  #labelled = false;
  #cased = false;

  constructor(context: PaintContext) {
    this.#context = context;
  }

  apply(message: ShapeMessage): void {
    this.#scene.apply(message);
  }

  /** Bring the canvas to a view. False when nothing is drawn on it. */
  paint(view: PaintView): boolean {
    const changed = this.#scene.takeChanged();
    const same = this.#painted !== null && sameView(this.#painted, view);
    const seen = seenIn(view);
    const shapes = this.#scene.within(seen);
    const labelled = this.#scene.labels && shapes.length <= MOST_LABELS;
    const cased = shapes.length <= MOST_CASED;
    const recased = cased !== this.#cased;
    this.#cased = cased;
    if (!same || recased || changed === "all" || labelled || this.#labelled) {
      this.#paintAll(view, shapes, labelled);
    } else if (changed !== null) {
      const part = shared(grown(changed, (MARGIN * view.ratio) / view.scale), seen);
      if (part !== null) this.#paintPart(view, part);
    }
    this.#painted = view;
    this.#labelled = labelled;
    return shapes.length > 0;
  }

  #paintAll(view: PaintView, shapes: readonly SceneShape[], labelled: boolean): void {
    const context = this.#context;
    if (context.canvas.width !== view.width) context.canvas.width = view.width;
    if (context.canvas.height !== view.height) context.canvas.height = view.height;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
    this.#paintMasks(view, shapes, { left: 0, top: 0, right: view.width, bottom: view.height });
    this.#paintShapes(view, shapes);
    if (labelled) this.#paintLabels(view, shapes);
  }

  #paintPart(view: PaintView, part: Bounds): void {
    const context = this.#context;
    const left = Math.floor((part.left - view.left) * view.scale);
    const top = Math.floor((part.top - view.top) * view.scale);
    const right = Math.ceil((part.right - view.left) * view.scale);
    const bottom = Math.ceil((part.bottom - view.top) * view.scale);
    const shapes = this.#scene.within(grown(part, (MARGIN * view.ratio) / view.scale));
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    context.clearRect(left, top, right - left, bottom - top);
    this.#paintMasks(view, shapes, { left, top, right, bottom });
    this.#paintShapes(view, shapes);
    context.restore();
  }

  /** All masks go into one picture of the part's size; `area` in device pixels. */
  #paintMasks(view: PaintView, shapes: readonly SceneShape[], area: Bounds): void {
    const masks = shapes.filter((shape) => shape.bitmap !== undefined);
    if (masks.length === 0) return;
    const left = Math.max(0, area.left);
    const top = Math.max(0, area.top);
    const width = Math.min(view.width, area.right) - left;
    const height = Math.min(view.height, area.bottom) - top;
    if (width <= 0 || height <= 0) return;
    const image = new ImageData(width, height);
    const part: PaintView = {
      ...view,
      left: view.left + left / view.scale,
      top: view.top + top / view.scale,
      width,
      height,
    };
    for (const shape of masks) {
      if (shape.bitmap === undefined) continue;
      const opacity = Math.min(0.9, this.#scene.opacity * 2.5 + (shape.flags & MARKED ? 0.2 : 0));
      blendMask(image.data, part, shape.bitmap, { color: this.#style(shape).color, opacity });
    }
    this.#context.putImageData(image, left, top);
  }

  #paintShapes(view: PaintView, shapes: readonly SceneShape[]): void {
    const context = this.#context;
    context.lineJoin = "round";
    context.lineCap = "round";
    let last = -1;
    for (const shape of shapes) {
      if (shape.style !== last) {
        const { color } = this.#style(shape);
        context.strokeStyle = color;
        context.fillStyle = color;
        last = shape.style;
      }
      this.#paintShape(view, shape);
    }
    context.globalAlpha = 1;
  }

  #paintShape(view: PaintView, shape: SceneShape): void {
    const context = this.#context;
    const { bounds } = shape;
    const size = Math.max(bounds.right - bounds.left, bounds.bottom - bounds.top) * view.scale;
    if (size < BOX_BELOW * view.ratio && shape.dots.length === 0) {
      context.globalAlpha = 0.9;
      const side = Math.max(1, size);
      context.fillRect(
        (bounds.left - view.left) * view.scale,
        (bounds.top - view.top) * view.scale,
        side,
        side,
      );
      return;
    }
    const step = size < DECIMATED_BELOW * view.ratio ? 2 * view.ratio : 0;
    const dashed = this.#style(shape).dashed;
    const marked = (shape.flags & MARKED) !== 0;
    for (const run of shape.runs) {
      trace(context, view, run.points, (run.flags & CLOSED) !== 0, step);
      const opacity = this.#scene.opacity + (marked ? 0.2 : 0);
      if ((run.flags & CLOSED) !== 0 && opacity > 0 && !dashed) {
        context.globalAlpha = opacity;
        context.fill();
      }
      const faint = (run.flags & FAINT) !== 0;
      const width = (marked ? 2 * LINE : faint ? 1 : LINE) * view.ratio;
      if (this.#cased) this.#paintCasing(view, width, faint ? 0.25 : 0.45);
      context.globalAlpha = faint ? 0.7 : 1;
      context.strokeStyle = this.#style(shape).color;
      context.lineWidth = width;
      context.setLineDash(dashed || faint ? [5 * view.ratio, 4 * view.ratio] : []);
      context.stroke();
    }
    if (shape.dots.length > 0) paintDots(context, view, shape.dots);
  }

  /** The dark line below the path that has been begun. */
  #paintCasing(view: PaintView, width: number, opacity: number): void {
    const context = this.#context;
    context.globalAlpha = opacity;
    context.strokeStyle = "#000000";
    context.lineWidth = width + 2 * view.ratio;
    context.setLineDash([]);
    context.stroke();
  }

  #paintLabels(view: PaintView, shapes: readonly SceneShape[]): void {
    const context = this.#context;
    const { ratio } = view;
    context.save();
    context.font = LABEL_FONT.replace("11px", `${11 * ratio}px`);
    context.textBaseline = "middle";
    const widths = new Map<string, number>();
    for (const shape of shapes) {
      const { label, color } = this.#style(shape);
      const left = Math.round((shape.bounds.left - view.left) * view.scale);
      const top = Math.round((shape.bounds.top - view.top) * view.scale);
      const width = widths.get(label) ?? context.measureText(label).width;
      widths.set(label, width);
      const height = 15 * ratio;
      const y = top - height < 0 ? top : top - height;
      context.globalAlpha = 0.85;
      context.fillStyle = color;
      context.fillRect(left, y, width + 8 * ratio, height);
      context.globalAlpha = 1;
      context.fillStyle = textOn(color);
      context.fillText(label, left + 4 * ratio, y + height / 2 + ratio / 2);
    }
    context.restore();
  }

  #style(shape: SceneShape): PaintStyle {
    return this.#scene.styles[shape.style] ?? { color: "#bbbbbb", label: "", dashed: false };
  }
}

/** Begin a path through a run of points; those closer than `step` device pixels to the last are left out. */
export function trace(
  context: PaintContext,
  view: PaintView,
  points: Float32Array,
  closed: boolean,
  step: number,
): void {
  const { scale, left, top } = view;
  let x = ((points[0] as number) - left) * scale;
  let y = ((points[1] as number) - top) * scale;
  context.beginPath();
  context.moveTo(x, y);
  for (let index = 2; index < points.length; index += 2) {
    const nextX = ((points[index] as number) - left) * scale;
    const nextY = ((points[index + 1] as number) - top) * scale;
    const skipped = Math.abs(nextX - x) + Math.abs(nextY - y) < step && index < points.length - 2;
    if (skipped) continue;
    x = nextX;
    y = nextY;
    context.lineTo(x, y);
  }
  if (closed) context.closePath();
}

export function paintDots(context: PaintContext, view: PaintView, dots: Float32Array): void {
  const radius = 4 * view.ratio;
  context.setLineDash([]);
  context.globalAlpha = 1;
  context.lineWidth = LINE * view.ratio;
  for (let index = 0; index < dots.length; index += 3) {
    const x = ((dots[index] as number) - view.left) * view.scale;
    const y = ((dots[index + 1] as number) - view.top) * view.scale;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    if (dots[index + 2] === 0) context.fill();
    context.stroke();
  }
}

function sameView(a: PaintView, b: PaintView): boolean {
  return (
    a.scale === b.scale &&
    a.left === b.left &&
    a.top === b.top &&
    a.width === b.width &&
    a.height === b.height &&
    a.ratio === b.ratio
  );
}
