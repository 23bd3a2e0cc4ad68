import type { EntryId } from "@/editor-core/changes";
import type { EditorTask } from "@/editor-core/task";
import { classColor } from "@/editors/colors";
import type { PlacedField } from "@/editors/contract";
import type {
  Bounds,
  Frame,
  Handle,
  Modifiers,
  Point,
  Tool,
  ToolDefinition,
  ToolEvent,
} from "@/editors/image/contract";
import { relationsTo } from "@/editors/regions/actions";
import type { GeometryValue } from "@/interface/answer";
import type { ClassDeclaration, RegionsField } from "@/interface/declaration";
import type { ActiveScene, ActiveShape } from "./active-layer";
import { type CopiedRegion, copied, RegionEdits } from "./edits";
import type { PointerPlace } from "./gestures";
import { boundsAround, nearestHandle, shownHandles } from "./handles";
import { PointerInput } from "./pointer-input";
import { type FindKind, type Shape, ShapeCollection } from "./shapes";
import { SNAP_REACH, snapped } from "./snapping";
import { Stage } from "./stage";

const HIT_TOLERANCE = 4;
/** More selected shapes than this are drawn by the painter, inside one box. */
const MOST_ACTIVE = 200;

export interface EngineOptions {
  readonly host: HTMLElement;
  readonly task: EditorTask;
  readonly fields: readonly PlacedField<RegionsField>[];
  readonly frame: Frame;
  readonly kindOf: FindKind;
  /** The tool that choosing a class takes up. */
  readonly firstTool?: (declared: ClassDeclaration) => ToolDefinition | undefined;
  /** Read out, and shown in the status line. */
  readonly say: (text: string) => void;
}

/** Where the next shape goes: its field and class. */
export interface ActiveTarget {
  readonly placed: PlacedField<RegionsField>;
  readonly declared: ClassDeclaration;
}

export type EngineListener = () => void;

/** One picture with its shapes: shows them, finds them, and lets people draw and change them. Framework-free. */
export class ImageEngine {
  readonly task: EditorTask;
  readonly fields: readonly PlacedField<RegionsField>[];
  readonly frame: Frame;
  readonly stage: Stage;
  readonly shapes: ShapeCollection;
  readonly kindOf: FindKind;
  readonly edits: RegionEdits;
  readonly say: (text: string) => void;
  activeHandle: string | null = null;
  /** "pan" moves the view by the main button. */
  mode: "select" | "draw" | "pan" = "select";
  snapping = true;
  readonly #host: HTMLElement;
  readonly #input: PointerInput;
  readonly #listeners = new Set<EngineListener>();
  readonly #stop: (() => void)[] = [];
  readonly #firstTool: NonNullable<EngineOptions["firstTool"]>;
  #definition: ToolDefinition | null = null;
  #tool: Tool | null = null;
  #moved: ReadonlyMap<EntryId, GeometryValue> | null = null;
  #band: Bounds | null = null;
  #pointer: PointerPlace | null = null;
  #crosshair: Point | null = null;
  #frameAsked = 0;
  #hoverAsked = false;
  #replacing = false;

  constructor({ host, task, fields, frame, kindOf, say, firstTool }: EngineOptions) {
    this.#firstTool = firstTool ?? (() => undefined);
    this.#host = host;
    this.task = task;
    this.fields = fields;
    this.frame = frame;
    this.say = say;
    this.kindOf = kindOf;
    this.stage = new Stage(host, frame, () => this.#announce());
    const relations = fields.flatMap((placed) => relationsTo(task.declaration, placed));
    this.edits = new RegionEdits(task.document, frame, kindOf, relations);
    this.shapes = new ShapeCollection(
      task,
      fields,
      kindOf,
      (message, transfer) => this.stage.shapes.send(message, transfer),
      () => this.draw(),
    );
    this.#input = new PointerInput(this, host);
    this.#stop.push(this.stage.viewport.subscribe(() => this.draw()));
    this.#stop.push(
      task.selection.subscribe((now, before) => {
        if (now.selected !== before.selected) this.#selectionChanged();
        if (now.activeClass !== before.activeClass || now.activeField !== before.activeField)
          this.#targetChanged();
        if (now !== before) this.draw();
      }),
    );
    this.#stop.push(task.onReveal((id) => this.reveal(id)));
    this.draw();
  }

  get viewport() {
    return this.stage.viewport;
  }
  get readOnly(): boolean {
    return this.task.readOnly;
  }
  get tool(): Tool | null {
    return this.#tool;
  }
  get definition(): ToolDefinition | null {
    return this.#definition;
  }
  get crosshair(): Point | null {
    return this.#crosshair;
  }
  get pointer(): PointerPlace | null {
    return this.#pointer;
  }
  /** Whether a tool has begun something that Escape would forget. */
  get isDrawing(): boolean {
    const sketch = this.#tool?.sketch() ?? null;
    return (
      sketch !== null &&
      (sketch.outlines.length > 0 ||
        sketch.dots.length > 0 ||
        sketch.bitmap !== undefined ||
        sketch.caption !== undefined)
    );
  }

  /** Heard after each frame that is drawn and each change of tool. */
  subscribe(listener: EngineListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    cancelAnimationFrame(this.#frameAsked);
    for (const stop of this.#stop) stop();
    this.#input.close();
    this.shapes.close();
    this.stage.close();
    this.#listeners.clear();
  }

  // Selection

  get selectedIds(): readonly EntryId[] {
    return this.task.selection.getState().selected;
  }

  selected(): Shape[] {
    return this.selectedIds.flatMap((id) => this.shapes.get(id) ?? []);
  }

  /** Selected shapes that may be changed. */
  editableSelected(): Shape[] {
    return this.readOnly ? [] : this.selected().filter(({ id }) => !this.shapes.isLocked(id));
  }

  select(ids: readonly EntryId[]): void {
    this.task.selection.setState({ selected: ids });
  }

  shapesAt(place: Point): Shape[] {
    return this.shapes.at(place, HIT_TOLERANCE / this.viewport.scale);
  }

  /** The shape below the selected one, of those under a place; the first when none is selected. */
  nextUnder(under: readonly Shape[], step = 1): Shape {
    const place = under.findIndex(({ id }) => this.selectedIds.includes(id));
    const next = place < 0 ? 0 : (place + step + under.length) % under.length;
    return under[next] as Shape;
  }

  reveal(id: EntryId): void {
    const shape = this.shapes.get(id);
    if (shape !== undefined) this.viewport.bringIntoView(shape.bounds);
  }

  // Handles

  /** The shape whose handles are shown: the only selected one, when it may be changed. */
  get handled(): Shape | null {
    const [shape, another] = this.editableSelected();
    return shape === undefined || another !== undefined ? null : shape;
  }

  handles(): readonly Handle[] {
    const shape = this.handled;
    if (shape === null) return [];
    return shownHandles(shape, this.#moved?.get(shape.id) ?? shape.geometry, this.viewport);
  }

  handleAt(screen: Point): (Handle & { readonly shape: Shape }) | null {
    const shape = this.handled;
    if (shape === null) return null;
    const nearest = nearestHandle(this.handles(), screen, this.viewport);
    return nearest === null ? null : { ...nearest, shape };
  }

  /** A midpoint handle made a vertex; any other handle as it is. */
  withVertex(shape: Shape, handle: string, at: Point): { geometry: GeometryValue; handle: string } {
    const isMidpoint = this.handles().some(({ id, kind }) => id === handle && kind === "midpoint");
    const inserted = isMidpoint ? shape.kind.insertVertex?.(shape.geometry, handle, at) : undefined;
    return inserted ?? { geometry: shape.geometry, handle };
  }

  removeVertex(shape: Shape, handle: string): boolean {
    const geometry = shape.kind.removeVertex?.(shape.geometry, handle) ?? null;
    if (geometry === null) return false;
    this.activeHandle = null;
    this.edits.reshape(new Map([[shape.id, geometry]]));
    return true;
  }

  // Tools

  /** Null selects and moves. */
  activate(definition: ToolDefinition | null, mode: "select" | "pan" = "select"): void {
    this.#tool?.cancel();
    this.#definition = this.readOnly ? null : definition;
    this.mode = this.#definition === null ? mode : "draw";
    this.#makeTool();
  }

  /** A press of the pointer, or of Space at the crosshair. What is begun anew is not about what is selected. */
  press(event: ToolEvent): void {
    this.#tool?.down(event);
    const changesSelected = this.#definition?.makes.includes("mask") === true;
    if (this.isDrawing && !changesSelected && this.selectedIds.length > 0) this.select([]);
    this.draw();
  }

  target(): ActiveTarget | null {
    const { activeField, activeClass } = this.task.selection.getState();
    const placed = this.fields.find(({ pointer }) => pointer === activeField) ?? this.fields[0];
    if (placed === undefined) return null;
    const wanted = activeClass[placed.pointer];
    const declared = placed.field.classes.find(({ value }) => value === wanted) ?? placed.field.classes[0];
    return declared === undefined ? null : { placed, declared };
  }

  snap(at: Point, modifiers: Modifiers, except?: EntryId): Point {
    if (modifiers.alt || !this.snapping) return at;
    const reach = SNAP_REACH / this.viewport.scale;
    return snapped(at, reach, this.frame, (bounds, most) => this.shapes.around(bounds, most), except);
  }

  create(regions: readonly CopiedRegion[]): void {
    if (this.readOnly || regions.length === 0) return;
    this.select(this.edits.createAll(regions));
  }

  copies(): CopiedRegion[] {
    return this.selected().map(copied);
  }

  showCrosshair(at: Point | null): void {
    this.#crosshair = at;
    this.draw();
  }

  /** Give up a drag that is under way. */
  cancelGesture(): boolean {
    return this.#input.cancel();
  }

  // What is shown

  showMoved(geometries: ReadonlyMap<EntryId, GeometryValue> | null): void {
    const lifting = (this.#moved === null) !== (geometries === null);
    this.#moved = geometries;
    if (lifting) this.shapes.lift(new Set(geometries?.keys() ?? []));
    if (geometries === null) this.showCursor(null);
    this.draw();
  }

  showBand(band: Bounds | null): void {
    this.#band = band;
    this.draw();
  }

  showCursor(cursor: string | null): void {
    const usual = this.#tool?.cursor ?? (this.mode === "pan" ? "grab" : "default");
    this.#host.style.cursor = cursor ?? usual;
  }

  pointerAt(place: PointerPlace): void {
    this.#pointer = place;
    this.#crosshair = null;
    this.#hoverAsked = true;
  }

  pointerLeft(): void {
    this.#pointer = null;
    this.task.selection.setState({ hovered: null });
    this.draw();
  }

  /** Draw in the next frame. */
  draw(): void {
    if (this.#frameAsked !== 0) return;
    this.#frameAsked = requestAnimationFrame(() => {
      this.#frameAsked = 0;
      this.#hover();
      this.stage.place();
      this.stage.active.draw(this.#scene());
      this.#announce();
    });
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
  }

  #hover(): void {
    if (!this.#hoverAsked || this.#pointer === null || this.#moved !== null) return;
    this.#hoverAsked = false;
    const handle = this.isDrawing ? null : this.handleAt(this.#pointer.screen);
    const [under] = this.#tool !== null || handle !== null ? [] : this.shapesAt(this.#pointer.picture);
    const hovered = under?.id ?? null;
    const selectedUnder = under !== undefined && this.selectedIds.includes(under.id);
    if (this.#band === null)
      this.showCursor(handle?.cursor ?? (selectedUnder ? "move" : under ? "pointer" : null));
    if (this.task.selection.getState().hovered !== hovered) this.task.selection.setState({ hovered });
  }

  #scene(): ActiveScene {
    const sketch = this.#tool?.sketch() ?? null;
    this.#replace(sketch?.replacing === true);
    const selected = this.#replacing ? [] : this.selected().filter(({ id }) => !this.shapes.isHidden(id));
    const crowd = selected.length > MOST_ACTIVE;
    return {
      shapes: crowd ? [] : this.#activeShapes(selected),
      box: crowd ? boundsAround(selected, this.#moved) : null,
      handles: this.handles(),
      activeHandle: this.activeHandle,
      sketch,
      sketchColor: this.#sketchColor(),
      band: this.#band,
      crosshair: this.#crosshair,
      pointer: this.#pointer?.screen ?? null,
    };
  }

  /** While a sketch stands for the selected shape, the painter leaves that one out. */
  #replace(replacing: boolean): void {
    if (replacing === this.#replacing) return;
    this.#replacing = replacing;
    this.shapes.lift(new Set(replacing ? this.selectedIds : []));
  }

  #activeShapes(selected: readonly Shape[]): ActiveShape[] {
    const { hovered } = this.task.selection.getState();
    const active = selected.map((shape) => ({
      shape,
      geometry: this.#moved?.get(shape.id) ?? shape.geometry,
      selected: true,
    }));
    const under =
      hovered === null || this.selectedIds.includes(hovered) ? undefined : this.shapes.get(hovered);
    if (under === undefined || this.shapes.isHidden(under.id)) return active;
    return [{ shape: under, geometry: under.geometry, selected: false }, ...active];
  }

  #sketchColor(): string {
    const target = this.target();
    return target === null ? "#ffffff" : classColor(target.placed.field, target.declared.value);
  }

  #selectionChanged(): void {
    this.activeHandle = null;
    const ids = this.selectedIds;
    this.shapes.mark(new Set(ids.length > MOST_ACTIVE ? ids : []));
    this.draw();
  }

  #targetChanged(): void {
    const target = this.target();
    const fits = target !== null && this.#definition?.makes.includes(target.declared.geometry) === true;
    // With shapes selected, a class that is chosen is theirs: the regions panel sees to that.
    const choosing = this.#definition !== null || this.selectedIds.length === 0;
    if (fits) this.#makeTool();
    else if (choosing && target !== null) this.activate(this.#firstTool(target.declared) ?? null);
  }

  #makeTool(): void {
    const target = this.target();
    this.#tool?.cancel();
    const definition = this.#definition;
    if (definition === null) this.#crosshair = null;
    // What the last tool said is not about this one.
    this.say("");
    this.#tool = definition === null || target === null ? null : definition.create(this.#toolHost(target));
    this.showCursor(null);
    this.draw();
    this.#announce();
  }

  #toolHost({ placed, declared }: ActiveTarget) {
    return {
      frame: this.frame,
      declared,
      commit: (geometry: GeometryValue) =>
        this.create([{ pointer: placed.pointer, class: declared.value, geometry }]),
      replace: (geometry: GeometryValue) => {
        const shape = this.handled;
        if (shape !== null) this.edits.reshape(new Map([[shape.id, geometry]]));
      },
      selected: () => this.handled?.geometry ?? null,
      changed: () => this.draw(),
      snap: (at: Point, modifiers: Modifiers) => this.snap(at, modifiers),
      say: this.say,
    };
  }
}
