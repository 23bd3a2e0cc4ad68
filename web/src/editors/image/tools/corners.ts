import type { Modifiers, Outline, Point, Sketch, Tool, ToolEvent, ToolHost } from "@/editors/image/contract";
import { LEAST_SIDE } from "@/editors/image/geometries/plane";
import type { GeometryValue } from "@/interface/answer";
import { commitShape } from "./committing";
import { isSamePlace, placeOf, sizeCaption, tellIfOutside } from "./places";
import { tell } from "./saying";

/** What is made of two opposite corners. */
export interface CornersForm<G extends GeometryValue = GeometryValue> {
  make(from: Point, to: Point): G;
  outlines(from: Point, to: Point): readonly Outline[];
}

/** Two opposite corners: by dragging from one to the other, or by a click at each. */
export class CornersTool<G extends GeometryValue> implements Tool {
  readonly cursor = "crosshair";
  readonly #host: ToolHost;
  readonly #form: CornersForm<G>;
  readonly #done: (geometry: G) => void;
  #first: Point | null = null;
  #last: Point = { x: 0, y: 0 };
  #modifiers: Modifiers = { shift: false, alt: false, mod: false };
  #dragging = false;

  /** `done` takes the shape instead of the picture, for tools that go on from there. */
  constructor(host: ToolHost, form: CornersForm<G>, done?: (geometry: G) => void) {
    this.#host = host;
    this.#form = form;
    this.#done = done ?? ((geometry) => commitShape(geometry, host));
  }

  down(event: ToolEvent): void {
    if (event.button !== 0) return;
    tellIfOutside(event, this.#host);
    const begun = this.#first !== null;
    this.#follow(event);
    if (begun) {
      this.#complete();
      return;
    }
    this.#first = this.#last;
    this.#dragging = true;
    this.#host.changed();
  }

  move(event: ToolEvent): void {
    if (this.#first === null) return;
    this.#follow(event);
    this.#host.changed();
  }

  up(event: ToolEvent): void {
    if (this.#first === null || !this.#dragging) return;
    this.#dragging = false;
    this.#follow(event);
    if (!isSamePlace(this.#first, this.#last, event.scale)) this.#complete();
  }

  finish(): boolean {
    return this.#first !== null && this.#complete();
  }

  cancel(): boolean {
    const begun = this.#first !== null;
    this.#first = null;
    this.#dragging = false;
    if (begun) this.#host.changed();
    return begun;
  }

  back(): boolean {
    return this.cancel();
  }

  key(): boolean {
    return false;
  }

  sketch(): Sketch | null {
    if (this.#first === null) return null;
    const [from, to] = this.#corners(this.#first);
    return {
      outlines: this.#form.outlines(from, to),
      dots: this.#first === this.#last ? [this.#first] : [],
      caption: sizeCaption(Math.abs(to.x - from.x), Math.abs(to.y - from.y)),
    };
  }

  #follow(event: ToolEvent): void {
    this.#last = placeOf(event, this.#host);
    this.#modifiers = event.modifiers;
  }

  /** Shift keeps both sides alike, Mod takes the first place for the middle. */
  #corners(first: Point): [from: Point, to: Point] {
    let dx = this.#last.x - first.x;
    let dy = this.#last.y - first.y;
    if (this.#modifiers.shift) {
      const side = Math.min(Math.abs(dx), Math.abs(dy));
      dx = side * Math.sign(dx);
      dy = side * Math.sign(dy);
    }
    const from = this.#modifiers.mod ? { x: first.x - dx, y: first.y - dy } : first;
    return [from, { x: first.x + dx, y: first.y + dy }];
  }

  #complete(): boolean {
    if (this.#first === null) return false;
    const [from, to] = this.#corners(this.#first);
    if (Math.abs(to.x - from.x) < LEAST_SIDE || Math.abs(to.y - from.y) < LEAST_SIDE) {
      tell(this.#host, "noArea");
      return false;
    }
    this.#first = null;
    this.#dragging = false;
    this.#done(this.#form.make(from, to));
    this.#host.changed();
    return true;
  }
}
