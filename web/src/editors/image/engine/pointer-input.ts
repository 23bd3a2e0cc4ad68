import type { Modifiers, Point, ToolEvent } from "@/editors/image/contract";
import type { ImageEngine } from "./engine";
import {
  BandGesture,
  type Gesture,
  HandleGesture,
  MoveGesture,
  PanGesture,
  type PointerPlace,
} from "./gestures";

const WHEEL_STEP = 0.0016;
const PINCH_STEP = 0.01;

/** Mouse, pen and touch on the picture. Moves are put together until the next frame; React sees none of them. */
export class PointerInput {
  readonly #engine: ImageEngine;
  readonly #host: HTMLElement;
  readonly #stop = new AbortController();
  #gesture: Gesture | null = null;
  #drawing = false;
  #spaceHeld = false;

  constructor(engine: ImageEngine, host: HTMLElement) {
    this.#engine = engine;
    this.#host = host;
    const { signal } = this.#stop;
    host.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    host.addEventListener("pointermove", (event) => this.#move(event), { signal });
    host.addEventListener("pointerup", (event) => this.#up(event), { signal });
    host.addEventListener("pointercancel", () => this.#interrupted(), { signal });
    host.addEventListener("pointerleave", () => engine.pointerLeft(), { signal });
    host.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
    host.addEventListener("dblclick", (event) => this.#doubleClick(event), { signal });
    host.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
    window.addEventListener("keydown", (event) => this.#key(event, true), { signal });
    window.addEventListener("keyup", (event) => this.#key(event, false), { signal });
    window.addEventListener("blur", () => this.#released(), { signal });
  }

  close(): void {
    this.cancel();
    this.#stop.abort();
  }

  /** Give up the gesture that is under way. False when there is none. */
  cancel(): boolean {
    if (this.#gesture === null) return false;
    this.#gesture.cancel();
    this.#gesture = null;
    return true;
  }

  #place(event: MouseEvent): PointerPlace {
    const box = this.#host.getBoundingClientRect();
    const screen = { x: event.clientX - box.left, y: event.clientY - box.top };
    const { x, y } = this.#engine.viewport.toPicture(screen);
    return { screen, picture: { x: rounded(x), y: rounded(y) }, modifiers: modifiersOf(event) };
  }

  #down(event: PointerEvent): void {
    if (this.#gesture !== null || this.#drawing) return;
    this.#host.focus({ preventScroll: true });
    this.#host.setPointerCapture(event.pointerId);
    const place = this.#place(event);
    this.#engine.pointerAt(place);
    if (event.button === 1 || (event.button === 0 && (this.#spaceHeld || this.#engine.mode === "pan"))) {
      event.preventDefault();
      this.#begin(new PanGesture(this.#engine, place));
    } else if (event.button === 0 || this.#engine.tool !== null) {
      this.#press(event, place);
    }
  }

  #press(event: PointerEvent, place: PointerPlace): void {
    const engine = this.#engine;
    const handle = engine.handleAt(place.screen);
    if (handle !== null && event.button === 0 && !engine.isDrawing) {
      this.#begin(new HandleGesture(engine, place, handle.shape, handle.id, handle.cursor));
    } else if (engine.tool !== null) {
      this.#drawing = true;
      engine.press(this.#toolEvent(event, place.picture, event.button));
    } else {
      this.#selectOrMove(place);
    }
  }

  #selectOrMove(place: PointerPlace): void {
    const engine = this.#engine;
    const under = engine.shapesAt(place.picture);
    const selected = under.find(({ id }) => engine.selectedIds.includes(id));
    if (under.length === 0) {
      this.#begin(new BandGesture(engine, place));
      return;
    }
    const next = engine.nextUnder(under);
    if (place.modifiers.shift) {
      const ids = engine.selectedIds;
      const id = (selected ?? next).id;
      engine.select(ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id]);
      return;
    }
    if (selected === undefined) engine.select([next.id]);
    const goOn = () => {
      if (selected !== undefined) engine.select([next.id]);
    };
    if (!engine.readOnly) this.#begin(new MoveGesture(engine, place, engine.editableSelected(), goOn));
    else goOn();
  }

  #move(event: PointerEvent): void {
    const place = this.#place(event);
    this.#engine.pointerAt(place);
    if (this.#gesture !== null) this.#gesture.move(place);
    else if (this.#engine.tool !== null) {
      for (const each of event.getCoalescedEvents?.() ?? [event]) this.#toolMove(each);
    }
    this.#engine.draw();
  }

  #toolMove(event: PointerEvent): void {
    const button = event.buttons === 0 ? -1 : 0;
    this.#engine.tool?.move(this.#toolEvent(event, this.#place(event).picture, button));
  }

  #up(event: PointerEvent): void {
    const place = this.#place(event);
    const gesture = this.#gesture;
    this.#gesture = null;
    gesture?.end(place);
    if (this.#drawing) {
      this.#drawing = false;
      this.#engine.tool?.up(this.#toolEvent(event, place.picture, event.button));
    }
    this.#engine.draw();
  }

  #doubleClick(event: MouseEvent): void {
    const engine = this.#engine;
    if (engine.tool?.finish() === true) {
      engine.draw();
      return;
    }
    const handle = engine.handleAt(this.#place(event).screen);
    if (handle !== null && engine.tool === null) engine.removeVertex(handle.shape, handle.id);
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const step = event.ctrlKey ? PINCH_STEP : WHEEL_STEP;
    if (event.shiftKey) {
      this.#engine.viewport.panBy(-(event.deltaX + event.deltaY) * lines, 0);
      return;
    }
    const bounded = Math.max(-300, Math.min(300, event.deltaY * lines));
    this.#engine.viewport.zoomBy(Math.exp(-bounded * step), this.#place(event).screen);
  }

  #key(event: KeyboardEvent, down: boolean): void {
    if (event.code !== "Space" || isText(event.target)) return;
    this.#spaceHeld = down;
    this.#engine.showCursor(down ? "grab" : null);
    if (down && this.#host.contains(document.activeElement)) event.preventDefault();
  }

  /** The system took the pointer away: no release will come. */
  #interrupted(): void {
    this.cancel();
    if (this.#drawing) this.#engine.tool?.cancel();
    this.#drawing = false;
    this.#engine.draw();
  }

  /** Keys that are let go in another window are not heard here. */
  #released(): void {
    if (!this.#spaceHeld) return;
    this.#spaceHeld = false;
    this.#engine.showCursor(null);
  }

  #begin(gesture: Gesture): void {
    this.#gesture = gesture;
    this.#engine.showCursor(gesture.cursor);
  }

  #toolEvent(event: PointerEvent, at: Point, button: number): ToolEvent {
    const pressure = event.pointerType === "mouse" ? 0.5 : event.pressure;
    const scale = 1 / this.#engine.viewport.scale;
    return { ...at, modifiers: modifiersOf(event), button, scale, pressure, source: "pointer" };
  }
}

/** To hundredths of a pixel: what no hand can do is not stored either. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

export function modifiersOf(event: MouseEvent | KeyboardEvent): Modifiers {
  return { shift: event.shiftKey, alt: event.altKey, mod: event.ctrlKey || event.metaKey };
}

function isText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT", "BUTTON"].includes(target.tagName);
}
