import type { Modifiers, Point } from "@/editors/image/contract";
import type { GeometryValue } from "@/interface/answer";
import { between } from "./bounds";
import type { ImageEngine } from "./engine";
import type { Shape } from "./shapes";

/** The pointer at a place: on the screen in CSS pixels of the view, on the picture in picture pixels. */
export interface PointerPlace {
  readonly screen: Point;
  readonly picture: Point;
  readonly modifiers: Modifiers;
}

/** What happens between pressing and releasing a button. */
export interface Gesture {
  readonly cursor: string;
  move(to: PointerPlace): void;
  /** The end: what was shown becomes a change. */
  end(at: PointerPlace): void;
  /** As if it had never begun. */
  cancel(): void;
}

/** CSS pixels within which a press and release is a click and not a drag. */
export const CLICK_SLACK = 3;

export class PanGesture implements Gesture {
  readonly cursor = "grabbing";
  #last: Point;
  readonly #engine: ImageEngine;

  constructor(engine: ImageEngine, from: PointerPlace) {
    this.#engine = engine;
    this.#last = from.screen;
  }

  move({ screen }: PointerPlace): void {
    this.#engine.viewport.panBy(screen.x - this.#last.x, screen.y - this.#last.y);
    this.#last = screen;
  }

  end(): void {}

  cancel(): void {}
}

/** Selects what lies wholly in a rectangle; a click instead selects nothing. */
export class BandGesture implements Gesture {
  readonly cursor = "crosshair";
  readonly #engine: ImageEngine;
  readonly #from: PointerPlace;

  constructor(engine: ImageEngine, from: PointerPlace) {
    this.#engine = engine;
    this.#from = from;
  }

  move(to: PointerPlace): void {
    this.#engine.showBand(between(this.#from.picture, to.picture));
  }

  end(at: PointerPlace): void {
    this.#engine.showBand(null);
    const dragged = !isClick(this.#from.screen, at.screen);
    const found = dragged ? this.#engine.shapes.inside(between(this.#from.picture, at.picture)) : [];
    const ids = found.map(({ id }) => id);
    if (at.modifiers.shift) this.#engine.select([...new Set([...this.#engine.selectedIds, ...ids])]);
    else this.#engine.select(ids);
  }

  cancel(): void {
    this.#engine.showBand(null);
  }
}

/** Moves the selected shapes. A click without moving goes to the next shape below. */
export class MoveGesture implements Gesture {
  readonly cursor = "move";
  readonly #engine: ImageEngine;
  readonly #from: PointerPlace;
  readonly #shapes: readonly Shape[];
  readonly #onClick: () => void;
  #geometries: Map<string, GeometryValue> | null = null;

  constructor(engine: ImageEngine, from: PointerPlace, shapes: readonly Shape[], onClick: () => void) {
    this.#engine = engine;
    this.#from = from;
    this.#shapes = shapes;
    this.#onClick = onClick;
  }

  move(to: PointerPlace): void {
    if (this.#geometries === null && isClick(this.#from.screen, to.screen)) return;
    let dx = to.picture.x - this.#from.picture.x;
    let dy = to.picture.y - this.#from.picture.y;
    if (to.modifiers.shift) {
      if (Math.abs(dx) > Math.abs(dy)) dy = 0;
      else dx = 0;
    }
    this.#geometries = this.#engine.edits.translated(this.#shapes, dx, dy);
    this.#engine.showMoved(this.#geometries);
  }

  end(at: PointerPlace): void {
    this.move(at);
    const geometries = this.#geometries;
    if (geometries === null) this.#onClick();
    else this.#engine.edits.reshape(geometries);
    this.#engine.showMoved(null);
  }

  cancel(): void {
    this.#engine.showMoved(null);
  }
}

/** Moves one handle of the selected shape; a midpoint becomes a vertex first. */
export class HandleGesture implements Gesture {
  readonly cursor: string;
  readonly #engine: ImageEngine;
  readonly #from: PointerPlace;
  readonly #shape: Shape;
  readonly #handle: string;
  readonly #start: GeometryValue;
  #geometry: GeometryValue | null = null;

  constructor(engine: ImageEngine, from: PointerPlace, shape: Shape, handle: string, cursor: string) {
    this.#engine = engine;
    this.#from = from;
    this.#shape = shape;
    this.cursor = cursor;
    const inserted = engine.withVertex(shape, handle, from.picture);
    this.#start = inserted.geometry;
    this.#handle = inserted.handle;
  }

  move(to: PointerPlace): void {
    if (this.#geometry === null && isClick(this.#from.screen, to.screen)) return;
    const { kind, declared, id } = this.#shape;
    const place = this.#engine.snap(to.picture, to.modifiers, id);
    const { frame } = this.#engine;
    this.#geometry = kind.moveHandle(this.#start, this.#handle, place, to.modifiers, frame, declared);
    this.#engine.showMoved(new Map([[id, this.#geometry]]));
    this.#engine.activeHandle = this.#handle;
  }

  end(at: PointerPlace): void {
    this.move(at);
    if (this.#geometry !== null) this.#engine.edits.reshape(new Map([[this.#shape.id, this.#geometry]]));
    else this.#engine.activeHandle = this.#handle;
    this.#engine.showMoved(null);
  }

  cancel(): void {
    this.#engine.showMoved(null);
  }
}

export function isClick(a: Point, b: Point): boolean {
  return Math.hypot(a.x - b.x, a.y - b.y) <= CLICK_SLACK;
}
