import type { Bitmap, Bounds, Handle, Point, Sketch } from "@/editors/image/contract";
import type { GeometryValue } from "@/interface/answer";
import { blendMask } from "./paint/masks";
import type { PaintView } from "./paint/protocol";
import { paintDots, trace } from "./paint/shape-painter";
import type { Shape } from "./shapes";
import type { Viewport } from "./viewport";

/** CSS pixels. */
const HANDLE_SIZE = 8;
const DASH = [5, 4];

/** A shape that is drawn as it is now, perhaps on its way elsewhere. */
export interface ActiveShape {
  readonly shape: Shape;
  readonly geometry: GeometryValue;
  readonly selected: boolean;
}

/** All that changes with the pointer. */
export interface ActiveScene {
  readonly shapes: readonly ActiveShape[];
  readonly handles: readonly Handle[];
  readonly activeHandle: string | null;
  readonly sketch: Sketch | null;
  readonly sketchColor: string;
  readonly band: Bounds | null;
  /** Around so many selected shapes that they are not drawn one by one. */
  readonly box: Bounds | null;
  /** Where the keyboard draws; in picture pixels. */
  readonly crosshair: Point | null;
  /** Where the caption of a sketch is put: the pointer, in CSS pixels. */
  readonly pointer: Point | null;
}

/** The uppermost canvas: what is hovered, selected or being drawn, each frame anew. Nothing there costs nothing. */
export class ActiveLayer {
  readonly element: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #viewport: Viewport;
  #empty = true;

  constructor(viewport: Viewport) {
    this.element = document.createElement("canvas");
    this.element.dataset.layer = "active";
    this.#context = this.element.getContext("2d") as CanvasRenderingContext2D;
    this.#viewport = viewport;
  }

  resize(): void {
    const { width, height, ratio } = this.#viewport;
    this.element.width = Math.round(width * ratio);
    this.element.height = Math.round(height * ratio);
    this.element.style.width = `${width}px`;
    this.element.style.height = `${height}px`;
    this.#empty = true;
  }

  draw(scene: ActiveScene): void {
    const nothing = isNothing(scene);
    if (nothing && this.#empty) return;
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.clearRect(0, 0, this.element.width, this.element.height);
    this.#empty = nothing;
    if (nothing) return;
    this.#context.lineJoin = "round";
    this.#context.lineCap = "round";
    const view = this.#view();
    for (const each of scene.shapes) this.#shape(view, each);
    if (scene.sketch !== null) this.#sketch(view, scene.sketch, scene.sketchColor, scene.pointer);
    if (scene.box !== null) this.#rectangle(view, scene.box, "#ffffff", false);
    if (scene.band !== null) this.#rectangle(view, scene.band, "#4c9aff", true);
    for (const handle of scene.handles) this.#handle(view, handle, handle.id === scene.activeHandle);
    if (scene.crosshair !== null) this.#crosshair(view, scene.crosshair);
  }

  #view(): PaintView {
    const { ratio, scale, x, y } = this.#viewport;
    const { width, height } = this.element;
    return { scale: scale * ratio, left: -x / scale, top: -y / scale, width, height, ratio };
  }

  #shape(view: PaintView, { shape, geometry, selected }: ActiveShape): void {
    const { kind, declared, color } = shape;
    const bitmap = kind.bitmap?.(geometry);
    if (bitmap !== undefined) this.#bitmap(view, bitmap, color, selected ? 0.55 : 0.4);
    const outlines = bitmap === undefined ? kind.outlines(geometry, declared) : [];
    for (const { points, closed, faint } of outlines) {
      const context = this.#context;
      trace(context, view, points, closed, 0);
      if (closed) {
        context.globalAlpha = selected ? 0.25 : 0.18;
        context.fillStyle = color;
        context.fill();
      }
      this.#line(color, (selected ? 2.25 : 2) * view.ratio, faint === true);
    }
    const dots = kind.dots?.(geometry, declared) ?? [];
    this.#dots(view, dots, color);
  }

  /** A dark line below a coloured one is seen on any picture. */
  #line(color: string, width: number, dashed: boolean): void {
    const context = this.#context;
    context.globalAlpha = 0.55;
    context.setLineDash([]);
    context.strokeStyle = "#000000";
    context.lineWidth = width + 2 * this.#viewport.ratio;
    context.stroke();
    context.globalAlpha = 1;
    context.setLineDash(dashed ? DASH.map((each) => each * this.#viewport.ratio) : []);
    context.strokeStyle = color;
    context.lineWidth = width;
    context.stroke();
    context.setLineDash([]);
  }

  #dots(view: PaintView, dots: readonly (Point & { readonly hollow?: boolean })[], color: string): void {
    if (dots.length === 0) return;
    this.#context.fillStyle = color;
    this.#context.strokeStyle = "#ffffff";
    paintDots(
      this.#context,
      view,
      Float32Array.from(dots.flatMap((dot) => [dot.x, dot.y, dot.hollow ? 1 : 0])),
    );
  }

  #bitmap(view: PaintView, bitmap: Bitmap, color: string, opacity: number): void {
    const left = Math.max(0, Math.floor((bitmap.left - view.left) * view.scale));
    const top = Math.max(0, Math.floor((bitmap.top - view.top) * view.scale));
    const right = Math.min(view.width, Math.ceil((bitmap.left + bitmap.width - view.left) * view.scale));
    const bottom = Math.min(view.height, Math.ceil((bitmap.top + bitmap.height - view.top) * view.scale));
    if (right <= left || bottom <= top) return;
    const image = this.#context.getImageData(left, top, right - left, bottom - top);
    const part: PaintView = {
      ...view,
      left: view.left + left / view.scale,
      top: view.top + top / view.scale,
      width: image.width,
      height: image.height,
    };
    blendMask(image.data, part, bitmap, { color, opacity });
    this.#context.putImageData(image, left, top);
  }

  #sketch(view: PaintView, sketch: Sketch, color: string, pointer: Point | null): void {
    const context = this.#context;
    if (sketch.bitmap !== undefined) this.#bitmap(view, sketch.bitmap, color, 0.5);
    for (const { points, closed, faint } of sketch.outlines) {
      if (points.length < 4) continue;
      trace(context, view, points, closed, 0);
      if (closed) {
        context.globalAlpha = 0.15;
        context.fillStyle = color;
        context.fill();
      }
      this.#line(color, 2 * view.ratio, faint === true);
    }
    this.#dots(view, sketch.dots, color);
    if (sketch.brush !== undefined) {
      context.beginPath();
      const { x, y } = onCanvas(view, sketch.brush);
      context.arc(x, y, sketch.brush.radius * view.scale, 0, 2 * Math.PI);
      this.#line("#ffffff", view.ratio, false);
    }
    if (sketch.caption !== undefined && pointer !== null) this.#caption(sketch.caption, pointer);
  }

  #caption(text: string, pointer: Point): void {
    const context = this.#context;
    const { ratio } = this.#viewport;
    context.font = `500 ${12 * ratio}px system-ui, sans-serif`;
    context.textBaseline = "middle";
    const width = context.measureText(text).width + 12 * ratio;
    const height = 20 * ratio;
    const x = Math.min((pointer.x + 14) * ratio, this.element.width - width - 4);
    const y = Math.min((pointer.y + 16) * ratio, this.element.height - height - 4);
    context.globalAlpha = 0.8;
    context.fillStyle = "#101113";
    context.beginPath();
    context.roundRect(x, y, width, height, 4 * ratio);
    context.fill();
    context.globalAlpha = 1;
    context.fillStyle = "#ffffff";
    context.fillText(text, x + 6 * ratio, y + height / 2 + ratio / 2);
  }

  #handle(view: PaintView, handle: Handle, active: boolean): void {
    const context = this.#context;
    const { x, y } = onCanvas(view, handle);
    const side =
      (active ? HANDLE_SIZE + 4 : handle.kind === "midpoint" ? HANDLE_SIZE - 3 : HANDLE_SIZE) * view.ratio;
    context.globalAlpha = handle.kind === "midpoint" && !active ? 0.75 : 1;
    context.beginPath();
    if (handle.kind === "corner" || handle.kind === "edge") {
      context.rect(Math.round(x - side / 2), Math.round(y - side / 2), side, side);
    } else {
      context.arc(x, y, side / 2, 0, 2 * Math.PI);
    }
    context.fillStyle = active ? "#ffd43b" : "#ffffff";
    context.fill();
    context.strokeStyle = "#1c7ed6";
    context.lineWidth = 1.5 * view.ratio;
    context.stroke();
    context.globalAlpha = 1;
  }

  #rectangle(view: PaintView, bounds: Bounds, color: string, filled: boolean): void {
    const context = this.#context;
    const from = onCanvas(view, { x: bounds.left, y: bounds.top });
    const to = onCanvas(view, { x: bounds.right, y: bounds.bottom });
    context.beginPath();
    context.rect(from.x, from.y, to.x - from.x, to.y - from.y);
    if (filled) {
      context.globalAlpha = 0.15;
      context.fillStyle = color;
      context.fill();
    }
    this.#line(color, view.ratio, true);
  }

  #crosshair(view: PaintView, at: Point): void {
    const context = this.#context;
    const { x, y } = onCanvas(view, at);
    const middle = (value: number) => Math.round(value) + 0.5;
    context.beginPath();
    context.moveTo(middle(x), 0);
    context.lineTo(middle(x), view.height);
    context.moveTo(0, middle(y));
    context.lineTo(view.width, middle(y));
    this.#line("#ffffff", view.ratio, true);
  }
}

function onCanvas(view: PaintView, place: Point): Point {
  return { x: (place.x - view.left) * view.scale, y: (place.y - view.top) * view.scale };
}

function isNothing(scene: ActiveScene): boolean {
  return (
    scene.shapes.length === 0 &&
    scene.handles.length === 0 &&
    scene.sketch === null &&
    scene.band === null &&
    scene.box === null &&
    scene.crosshair === null
  );
}
