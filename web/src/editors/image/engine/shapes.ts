import { type ChangeSet, type Entry, type EntryId, pointerOf, steps } from "@/editor-core/changes";
import type { EditorTask } from "@/editor-core/task";
import { classColor } from "@/editors/colors";
import type { PlacedField } from "@/editors/contract";
import type { Bounds, Point, ShapeKind } from "@/editors/image/contract";
import type { GeometryValue, Region } from "@/interface/answer";
import type { ClassDeclaration, RegionsField } from "@/interface/declaration";
import { covers, grown } from "./bounds";
import { type PackedShape, pack, transferable } from "./paint/batch";
import { HIDDEN, LIFTED, MARKED, type PaintMessage, type PaintStyle } from "./paint/protocol";
import { SpatialIndex } from "./spatial-index";

export type FindKind = (type: string) => ShapeKind | undefined;

/** A region as the engine knows it. A new object each time it changes. */
export interface Shape {
  readonly slot: number;
  readonly id: EntryId;
  readonly region: Region;
  readonly geometry: GeometryValue;
  readonly kind: ShapeKind;
  readonly placed: PlacedField<RegionsField>;
  readonly declared: ClassDeclaration;
  readonly color: string;
  readonly bounds: Bounds;
  readonly order: number;
}

/** What is on its way to the painter. */
export type SendToPainter = (message: PaintMessage, transfer?: Transferable[]) => void;

const FIELD_ORDER = 1e9;
const OVERLAY_ORDER = 1e12;

/**
 * The regions that lie on one picture: found by place, kept up with the document by its ChangeSets, and told
 * to the painter. A change costs what it changes, not what there is.
 */
export class ShapeCollection {
  readonly #task: EditorTask;
  readonly #fields: readonly PlacedField<RegionsField>[];
  readonly #kindOf: FindKind;
  readonly #send: SendToPainter;
  readonly #shapes = new Map<EntryId, Shape>();
  readonly #bySlot = new Map<number, Shape>();
  readonly #slots = new Map<string, number>();
  readonly #index = new SpatialIndex();
  readonly #styles = new Map<string, number>();
  readonly #put = new Map<number, PackedShape>();
  readonly #removed = new Set<number>();
  readonly #flagged = new Set<number>();
  readonly #stop: (() => void)[] = [];
  #lifted: ReadonlySet<EntryId> = new Set();
  #marked: ReadonlySet<EntryId> = new Set();
  #scheduled = false;

  constructor(
    task: EditorTask,
    fields: readonly PlacedField<RegionsField>[],
    kindOf: FindKind,
    send: SendToPainter,
    onChange: (change: ChangeSet) => void,
  ) {
    this.#task = task;
    this.#fields = fields;
    this.#kindOf = kindOf;
    this.#send = send;
    this.#send({ kind: "styles", styles: this.#allStyles() });
    for (const { pointer } of fields) for (const entry of task.document.under(pointer)) this.#enter(entry);
    task.overlays.forEach((overlay, index) => {
      for (const { pointer } of fields) {
        for (const entry of overlay.document.under(pointer)) this.#overlay(index, entry.id, entry);
      }
      this.#stop.push(
        overlay.document.subscribe((change) => {
          for (const [id, , is] of steps(change)) this.#overlay(index, id, is);
        }),
      );
    });
    this.#stop.push(
      task.document.subscribe((change) => {
        if (this.#apply(change)) onChange(change);
      }),
    );
    this.#stop.push(
      task.selection.subscribe((now, before) => {
        if (now.hidden !== before.hidden) this.#flagDifference(now.hidden, before.hidden);
      }),
    );
    this.#flush();
  }

  close(): void {
    for (const stop of this.#stop) stop();
  }

  get size(): number {
    return this.#shapes.size;
  }

  get(id: EntryId): Shape | undefined {
    return this.#shapes.get(id);
  }

  values(): IterableIterator<Shape> {
    return this.#shapes.values();
  }

  isHidden(id: EntryId): boolean {
    return this.#task.selection.getState().hidden.has(id);
  }

  isLocked(id: EntryId): boolean {
    return this.#task.selection.getState().locked.has(id);
  }

  /** Shapes that a click at a place can mean, the smallest first. Hidden and locked ones cannot be meant. */
  at(place: Point, tolerance: number): Shape[] {
    const around = grown({ left: place.x, top: place.y, right: place.x, bottom: place.y }, tolerance);
    return this.#near(around)
      .filter((shape) => shape.kind.hit(shape.geometry, place, tolerance, shape.declared))
      .map((shape) => ({ shape, area: shape.kind.area(shape.geometry) }))
      .sort((a, b) => a.area - b.area || b.shape.order - a.shape.order)
      .map(({ shape }) => shape);
  }

  /** Shapes that lie wholly in a rectangle, lowest first. */
  inside(bounds: Bounds): Shape[] {
    return this.#near(bounds)
      .filter((shape) => covers(bounds, shape.bounds))
      .sort((a, b) => a.order - b.order);
  }

  /** Shapes that may reach into a rectangle: their bounds do. At most `most`, in no order. */
  around(bounds: Bounds, most: number): Shape[] {
    const found: Shape[] = [];
    for (const slot of this.#index.search(bounds)) {
      const shape = this.#bySlot.get(slot);
      if (shape !== undefined && !this.isHidden(shape.id)) found.push(shape);
      if (found.length >= most) break;
    }
    return found;
  }

  /** Everything that can be selected on the picture, lowest first. */
  selectable(): Shape[] {
    return [...this.#shapes.values()]
      .filter((shape) => !this.isHidden(shape.id) && !this.isLocked(shape.id))
      .sort((a, b) => a.order - b.order);
  }

  /** Leave these out of the painted layer: the active layer draws them where they are going. */
  lift(ids: ReadonlySet<EntryId>): void {
    const before = this.#lifted;
    this.#lifted = ids;
    this.#flagDifference(ids, before);
  }

  /** Have the painter draw these as selected. */
  mark(ids: ReadonlySet<EntryId>): void {
    if (ids.size === 0 && this.#marked.size === 0) return;
    const before = this.#marked;
    this.#marked = ids;
    this.#flagDifference(ids, before);
  }

  #near(bounds: Bounds): Shape[] {
    return this.#index.search(bounds).flatMap((slot) => {
      const shape = this.#bySlot.get(slot);
      return shape === undefined || this.isHidden(shape.id) || this.isLocked(shape.id) ? [] : [shape];
    });
  }

  #apply(change: ChangeSet): boolean {
    let ours = false;
    for (const [id, , is] of steps(change)) {
      if (!this.#fields.some(({ pointer }) => pointer === pointerOf(id) && pointer !== id)) continue;
      ours = true;
      if (is === undefined) this.#leave(id);
      else this.#enter(is);
    }
    return ours;
  }

  #enter(entry: Entry): void {
    const place = this.#fields.findIndex(({ pointer }) => pointer === pointerOf(entry.id));
    const placed = this.#fields[place];
    const read = placed === undefined ? null : this.#read(entry, placed);
    if (placed === undefined || read === null) {
      this.#leave(entry.id);
      return;
    }
    const slot = this.#slot(entry.id);
    const order = place * FIELD_ORDER + entry.order;
    const color = classColor(placed.field, read.declared.value);
    const shape: Shape = { ...read, slot, id: entry.id, placed, order, color };
    this.#shapes.set(entry.id, shape);
    this.#bySlot.set(slot, shape);
    this.#index.put(slot, shape.bounds);
    this.#queue(
      shape,
      this.#styles.get(styleKey(placed.pointer, read.declared.value)) ?? 0,
      this.#flags(shape.id),
    );
  }

  #leave(id: EntryId): void {
    const shape = this.#shapes.get(id);
    if (shape === undefined) return;
    this.#shapes.delete(id);
    this.#bySlot.delete(shape.slot);
    this.#index.remove(shape.slot);
    this.#forget(shape.slot);
  }

  #overlay(index: number, id: EntryId, entry: Entry | undefined): void {
    const placed = this.#fields.find(({ pointer }) => pointer === pointerOf(id));
    if (placed === undefined) return;
    const slot = this.#slot(`${index} ${id}`);
    const read = entry === undefined ? null : this.#read(entry, placed);
    if (entry === undefined || read === null) {
      this.#forget(slot);
      return;
    }
    const order = OVERLAY_ORDER + index * FIELD_ORDER + entry.order;
    this.#queue({ ...read, slot, order }, this.#styles.get(`overlay ${index}`) ?? 0, 0);
  }

  /** The region of an entry; null when its class or geometry is none that can be drawn. */
  #read(
    entry: Entry,
    placed: PlacedField<RegionsField>,
  ): Pick<Shape, "region" | "geometry" | "kind" | "declared" | "bounds"> | null {
    const region = entry.value as unknown as Region;
    const declared = placed.field.classes.find((each) => each.value === region.class);
    const kind = this.#kindOf(region.geometry?.type);
    if (declared === undefined || kind === undefined) return null;
    const { geometry } = region;
    return { region, geometry, kind, declared, bounds: kind.bounds(geometry, declared) };
  }

  #slot(key: string): number {
    const known = this.#slots.get(key);
    if (known !== undefined) return known;
    this.#slots.set(key, this.#slots.size);
    return this.#slots.size - 1;
  }

  #flags(id: EntryId): number {
    return (
      (this.isHidden(id) ? HIDDEN : 0) |
      (this.#lifted.has(id) ? LIFTED : 0) |
      (this.#marked.has(id) ? MARKED : 0)
    );
  }

  #flagDifference(now: ReadonlySet<EntryId>, before: ReadonlySet<EntryId>): void {
    for (const [some, others] of [
      [now, before],
      [before, now],
    ] as const) {
      for (const id of some) {
        const shape = others.has(id) ? undefined : this.#shapes.get(id);
        if (shape !== undefined) this.#flagged.add(shape.slot);
      }
    }
    this.#schedule();
  }

  #queue(
    shape: Pick<Shape, "slot" | "order" | "bounds" | "kind" | "geometry" | "declared">,
    style: number,
    flags: number,
  ): void {
    const { slot, order, bounds, kind, geometry, declared } = shape;
    this.#removed.delete(slot);
    this.#flagged.delete(slot);
    const bitmap = kind.bitmap?.(geometry);
    const outlines = bitmap === undefined ? kind.outlines(geometry, declared) : [];
    const dots = kind.dots?.(geometry, declared) ?? [];
    this.#put.set(slot, { slot, order, style, flags, bounds, outlines, dots, bitmap });
    this.#schedule();
  }

  #forget(slot: number): void {
    this.#put.delete(slot);
    this.#flagged.delete(slot);
    this.#removed.add(slot);
    this.#schedule();
  }

  /** All changes of one step go to the painter together. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    this.#scheduled = false;
    if (this.#removed.size > 0) this.#send({ kind: "remove", slots: Uint32Array.from(this.#removed) });
    if (this.#flagged.size > 0) {
      const slots = Uint32Array.from(this.#flagged);
      const flags = Uint8Array.from(this.#flagged, (slot) => this.#flags(this.#bySlot.get(slot)?.id ?? ""));
      this.#send({ kind: "flags", slots, flags });
    }
    if (this.#put.size > 0) {
      const batch = pack([...this.#put.values()]);
      this.#send({ kind: "put", batch }, transferable(batch));
    }
    this.#removed.clear();
    this.#flagged.clear();
    this.#put.clear();
  }

  #allStyles(): PaintStyle[] {
    const styles: PaintStyle[] = [];
    for (const { field, pointer } of this.#fields) {
      for (const each of field.classes) {
        this.#styles.set(styleKey(pointer, each.value), styles.length);
        styles.push({
          color: classColor(field, each.value),
          label: each.title ?? each.value,
          dashed: false,
        });
      }
    }
    for (const [index, overlay] of this.#task.overlays.entries()) {
      this.#styles.set(`overlay ${index}`, styles.length);
      styles.push({ color: overlay.color, label: overlay.name, dashed: true });
    }
    return styles;
  }
}

function styleKey(pointer: string, value: string): string {
  return `${pointer}#${value}`;
}
