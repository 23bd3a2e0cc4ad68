import type { Command } from "@/editor-core/hotkeys";
import type { Point } from "@/editors/image/contract";
import { toggle } from "@/editors/regions/actions";
import { COPY_OFFSET, type CopiedRegion } from "./edits";
import type { ImageEngine } from "./engine";
import { modifiersOf } from "./pointer-input";

const ZOOM_STEP = 1.25;
const PAN_STEP = 64;
const ROTATE_STEP = 1;
/** Nudges that follow each other within this many milliseconds are one step of undo. */
const NUDGE_PAUSE = 800;

const DIRECTIONS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** What was copied last, on whichever task: it can be pasted on any other of the same interface. */
let clipboard: { readonly task: string; readonly regions: readonly CopiedRegion[] } | null = null;

/** A command without its text, which the editor adds by its id. */
export type PlainCommand = Omit<Command, "label" | "group">;

/** Everything that the mouse can do on a picture, by keys. */
export class PictureKeys {
  readonly #engine: ImageEngine;
  #gesture = "";
  #lastNudge = 0;

  constructor(engine: ImageEngine) {
    this.#engine = engine;
  }

  /** Commands of the editor's scope. */
  commands(): PlainCommand[] {
    return [...this.#viewCommands(), ...this.#selectionCommands(), ...this.#changeCommands()];
  }

  /** Commands that count while something is being drawn, and hide those of the editor and the workspace. */
  toolCommands(): PlainCommand[] {
    const engine = this.#engine;
    const drawing = () => engine.tool !== null && engine.isDrawing;
    const act = (run: () => unknown) => () => {
      run();
      engine.draw();
    };
    return [
      {
        id: "image.tool.back",
        keys: ["Backspace", "Mod+z"],
        enabled: drawing,
        run: act(() => engine.tool?.back()),
      },
      { id: "image.tool.finish", keys: ["Enter"], enabled: drawing, run: (event) => this.#finish(event) },
      { id: "image.tool.cancel", keys: ["Escape"], enabled: drawing, run: act(() => engine.tool?.cancel()) },
    ];
  }

  #viewCommands(): PlainCommand[] {
    const { viewport } = this.#engine;
    return [
      { id: "image.zoomIn", keys: ["+", "="], run: () => viewport.zoomBy(ZOOM_STEP, this.#focus()) },
      { id: "image.zoomOut", keys: ["-"], run: () => viewport.zoomBy(1 / ZOOM_STEP, this.#focus()) },
      { id: "image.fit", keys: ["0"], run: () => viewport.fit() },
      { id: "image.actualSize", keys: ["Mod+0"], run: () => viewport.actualSize() },
      {
        id: "image.zoomToShape",
        keys: ["Shift+z"],
        enabled: () => this.#engine.selected().length > 0,
        run: () => this.#zoomToSelected(),
      },
      { id: "image.pan", keys: ["h"], run: () => this.#engine.activate(null, "pan") },
      { id: "image.select", keys: ["v"], run: () => this.#engine.activate(null) },
    ];
  }

  #selectionCommands(): PlainCommand[] {
    const engine = this.#engine;
    return [
      {
        id: "image.selectAll",
        keys: ["Mod+a"],
        run: () => engine.select(engine.shapes.selectable().map(({ id }) => id)),
      },
      { id: "image.next", keys: ["Tab"], enabled: () => this.#isFocused(), run: () => this.#cycle(1) },
      {
        id: "image.previous",
        keys: ["Shift+Tab"],
        enabled: () => this.#isFocused(),
        run: () => this.#cycle(-1),
      },
      { id: "image.leave", keys: ["Escape"], enabled: () => this.#canLeave(), run: () => this.#leave() },
      { id: "image.hide", keys: ["Shift+h"], enabled: () => this.#any(), run: () => this.#toggle("hidden") },
      { id: "image.lock", keys: ["Shift+l"], enabled: () => this.#any(), run: () => this.#toggle("locked") },
      {
        id: "image.nextHandle",
        keys: ["F2"],
        enabled: () => engine.handled !== null,
        run: () => this.#cycleHandle(1),
      },
      {
        id: "image.previousHandle",
        keys: ["Shift+F2"],
        enabled: () => engine.handled !== null,
        run: () => this.#cycleHandle(-1),
      },
    ];
  }

  #changeCommands(): PlainCommand[] {
    const engine = this.#engine;
    const changeable = () => engine.editableSelected().length > 0;
    const rotate = (degrees: number) => () =>
      engine.edits.reshape(engine.edits.rotated(engine.editableSelected(), degrees), this.#nudging("rotate"));
    return [
      {
        id: "image.move",
        keys: Object.keys(DIRECTIONS).flatMap((key) => [key, `Shift+${key}`, `Alt+${key}`, `Mod+${key}`]),
        run: (event) => this.#arrow(event),
      },
      {
        id: "image.place",
        keys: [" "],
        enabled: () => this.#placing(),
        run: (event) => this.#place(event),
      },
      { id: "image.rotateLeft", keys: [","], enabled: changeable, run: rotate(-ROTATE_STEP) },
      { id: "image.rotateRight", keys: ["."], enabled: changeable, run: rotate(ROTATE_STEP) },
      { id: "image.delete", keys: ["Delete", "Backspace"], enabled: changeable, run: () => this.#delete() },
      { id: "image.copy", keys: ["Mod+c"], enabled: () => this.#any(), run: () => this.#copy() },
      { id: "image.cut", keys: ["Mod+x"], enabled: changeable, run: () => this.#cut() },
      { id: "image.paste", keys: ["Mod+v"], enabled: () => clipboard !== null, run: () => this.#paste() },
      {
        id: "image.duplicate",
        keys: ["Mod+d"],
        enabled: changeable,
        run: () => this.#offset(engine.copies()),
      },
      { id: "image.raise", keys: ["PageUp"], enabled: changeable, run: () => this.#restack(1) },
      { id: "image.lower", keys: ["PageDown"], enabled: changeable, run: () => this.#restack(-1) },
    ];
  }

  #any(): boolean {
    return this.#engine.selected().length > 0;
  }

  #isFocused(): boolean {
    return this.#engine.stage.host === document.activeElement && this.#engine.shapes.size > 0;
  }

  /** Zooming by keys keeps the place that is worked at. */
  #focus(): Point | undefined {
    const { pointer, crosshair, viewport } = this.#engine;
    return crosshair === null ? pointer?.screen : viewport.toScreen(crosshair);
  }

  #zoomToSelected(): void {
    const [first] = this.#engine.selected();
    if (first !== undefined) this.#engine.viewport.show(first.bounds);
  }

  #canLeave(): boolean {
    return this.#any() || this.#engine.tool !== null || this.#engine.mode === "pan";
  }

  #leave(): void {
    const engine = this.#engine;
    if (engine.cancelGesture()) return;
    if (engine.activeHandle !== null) engine.activeHandle = null;
    else if (this.#any()) engine.select([]);
    else engine.activate(null);
    engine.draw();
  }

  #toggle(what: "hidden" | "locked"): void {
    toggle(this.#engine.task.selection, what, this.#engine.selectedIds);
  }

  /** Through those under the pointer, else through all in their order. */
  #cycle(step: 1 | -1): void {
    const engine = this.#engine;
    const place = engine.crosshair ?? engine.pointer?.picture;
    const under = place === undefined ? [] : engine.shapesAt(place);
    const among = under.length > 1 ? under : engine.shapes.selectable();
    if (among.length === 0) return;
    const next = engine.nextUnder(among, step);
    engine.select([next.id]);
    engine.reveal(next.id);
  }

  #cycleHandle(step: 1 | -1): void {
    const engine = this.#engine;
    const handles = engine.handles();
    const place = handles.findIndex(({ id }) => id === engine.activeHandle);
    const next =
      place < 0 ? (step > 0 ? 0 : handles.length - 1) : (place + step + handles.length) % handles.length;
    const handle = handles[next];
    engine.activeHandle = handle?.id ?? null;
    if (handle !== undefined) engine.say(handle.label ?? handle.id);
    engine.draw();
  }

  #arrow(event: KeyboardEvent): void {
    const direction = DIRECTIONS[event.key];
    if (direction === undefined) return;
    const { viewport } = this.#engine;
    const length = event.shiftKey ? 10 : event.altKey ? 1 / viewport.scale : 1;
    const dx = direction.x * length;
    const dy = direction.y * length;
    if (this.#engine.tool !== null && !(event.ctrlKey || event.metaKey)) this.#moveCrosshair(dx, dy, event);
    else if (this.#engine.editableSelected().length > 0) this.#change(dx, dy, event);
    else viewport.panBy(-direction.x * PAN_STEP, -direction.y * PAN_STEP);
  }

  #change(dx: number, dy: number, event: KeyboardEvent): void {
    const engine = this.#engine;
    const shapes = engine.editableSelected();
    const resizing = event.ctrlKey || event.metaKey;
    const gesture = this.#nudging(resizing ? "resize" : "move");
    const handle = engine.handles().find(({ id }) => id === engine.activeHandle);
    if (handle !== undefined && engine.handled !== null && !resizing) {
      const shape = engine.handled;
      const inserted = engine.withVertex(shape, handle.id, handle);
      const to = { x: handle.x + dx, y: handle.y + dy };
      const modifiers = { shift: false, alt: true, mod: false };
      const { kind, declared } = shape;
      const geometry = kind.moveHandle(
        inserted.geometry,
        inserted.handle,
        to,
        modifiers,
        engine.frame,
        declared,
      );
      engine.edits.reshape(new Map([[shape.id, geometry]]), gesture);
      engine.activeHandle = inserted.handle;
    } else if (resizing) engine.edits.reshape(engine.edits.resized(shapes, dx, dy), gesture);
    else engine.edits.reshape(engine.edits.translated(shapes, dx, dy), gesture);
  }

  #moveCrosshair(dx: number, dy: number, event: KeyboardEvent): void {
    const { viewport, frame } = this.#engine;
    const start = this.#engine.crosshair ?? this.#engine.pointer?.picture ?? this.#middle();
    const x = Math.min(frame.width, Math.max(0, Math.round(start.x * 64 + dx * 64) / 64));
    const y = Math.min(frame.height, Math.max(0, Math.round(start.y * 64 + dy * 64) / 64));
    this.#engine.showCrosshair({ x, y });
    this.#engine.tool?.move(this.#toolEvent({ x, y }, -1, event));
    viewport.bringIntoView({ left: x, top: y, right: x, bottom: y });
    this.#engine.say(`${Math.round(x)}, ${Math.round(y)}`);
  }

  #middle(): Point {
    const { viewport } = this.#engine;
    const { x, y } = viewport.toPicture({ x: viewport.width / 2, y: viewport.height / 2 });
    return { x: Math.round(x), y: Math.round(y) };
  }

  #placing(): boolean {
    return this.#engine.tool !== null && this.#engine.crosshair !== null;
  }

  #place(event: KeyboardEvent): void {
    const { tool, crosshair } = this.#engine;
    if (tool === null || crosshair === null) return;
    this.#engine.press(this.#toolEvent(crosshair, 0, event));
    tool.up(this.#toolEvent(crosshair, 0, event));
    this.#engine.draw();
  }

  /** Enter finishes what can be finished; else it places, as Space does. */
  #finish(event: KeyboardEvent): void {
    if (this.#engine.tool?.finish() !== true) this.#place(event);
    this.#engine.draw();
  }

  #toolEvent(at: Point, button: number, event: KeyboardEvent) {
    const scale = 1 / this.#engine.viewport.scale;
    const modifiers = { ...modifiersOf(event), shift: false, alt: true };
    return { ...at, modifiers, button, scale, pressure: 0.5, source: "keyboard" as const };
  }

  /** With a vertex chosen, the vertex; else the shapes. */
  #delete(): void {
    const { handled, activeHandle } = this.#engine;
    if (handled !== null && activeHandle !== null && this.#engine.removeVertex(handled, activeHandle)) return;
    this.#remove();
  }

  #remove(): void {
    const ids = this.#engine.editableSelected().map(({ id }) => id);
    this.#engine.select([]);
    this.#engine.edits.remove(ids);
  }

  #copy(): void {
    clipboard = { task: this.#engine.task.id, regions: this.#engine.copies() };
  }

  #cut(): void {
    this.#copy();
    this.#remove();
  }

  #paste(): void {
    if (clipboard === null) return;
    const fitting = clipboard.regions.filter((region) =>
      this.#engine.fields.some(
        ({ pointer, field }) =>
          pointer === region.pointer && field.classes.some(({ value }) => value === region.class),
      ),
    );
    // On another picture a copy belongs where it was; on the same one it must be seen beside its original.
    if (clipboard.task === this.#engine.task.id) this.#offset(fitting);
    else this.#engine.create(fitting);
  }

  #offset(regions: readonly CopiedRegion[]): void {
    const engine = this.#engine;
    const by = COPY_OFFSET / engine.viewport.scale;
    engine.create(
      regions.map((region) => {
        const kind = engine.kindOf(region.geometry.type);
        if (kind === undefined) return region;
        return { ...region, geometry: kind.translate(region.geometry, by, by, engine.frame) };
      }),
    );
  }

  #restack(direction: 1 | -1): void {
    for (const shape of this.#engine.editableSelected()) this.#engine.edits.restack(shape, direction);
  }

  #nudging(what: string): string {
    const now = performance.now();
    if (now - this.#lastNudge > NUDGE_PAUSE || !this.#gesture.startsWith(what))
      this.#gesture = `${what} ${now}`;
    this.#lastNudge = now;
    return this.#gesture;
  }
}
