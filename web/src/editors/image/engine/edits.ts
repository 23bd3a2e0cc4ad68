import type { EntryId } from "@/editor-core/changes";
import { entryId } from "@/editor-core/changes";
import type { AnswerDocument } from "@/editor-core/document";
import type { Frame } from "@/editors/image/contract";
import { removeEntries, startingAttributes } from "@/editors/regions/actions";
import type { PlacedRelations } from "@/editors/text/relations";
import type { GeometryValue, Region } from "@/interface/answer";
import type { Json } from "@/interface/declaration";
import type { FindKind, Shape } from "./shapes";

/** A region that was copied: it can be put into the same field of any task of the project. */
export interface CopiedRegion {
  readonly pointer: string;
  readonly class: string;
  readonly geometry: GeometryValue;
  readonly attributes?: Region["attributes"];
}

/** How far a copy lies from its original when both are on the same picture, in picture pixels per CSS pixel. */
export const COPY_OFFSET = 12;

/** Changes of regions that a picture's editor makes. Each call is one step of undo. */
export class RegionEdits {
  readonly #document: AnswerDocument;
  readonly #frame: Frame;
  readonly #kindOf: FindKind;
  readonly #relations: readonly PlacedRelations[];

  /** `relations` are the fields that may link the regions. */
  constructor(
    document: AnswerDocument,
    frame: Frame,
    kindOf: FindKind,
    relations: readonly PlacedRelations[] = [],
  ) {
    this.#relations = relations;
    this.#document = document;
    this.#frame = frame;
    this.#kindOf = kindOf;
  }

  /** A new region above the others; its entry's id. */
  create(region: CopiedRegion): EntryId {
    return this.createAll([region])[0] as EntryId;
  }

  createAll(regions: readonly CopiedRegion[]): EntryId[] {
    const made: EntryId[] = [];
    this.#document.change((edit) => {
      for (const { pointer, ...rest } of regions) {
        let number = Number(this.#document.freshId(pointer));
        while (edit.get(entryId(pointer, String(number))) !== undefined) number += 1;
        const id = entryId(pointer, String(number));
        const geometry = this.#stored(rest.geometry);
        const attributes = rest.attributes ?? startingAttributes(this.#document, pointer, rest.class);
        const region = { id: String(number), ...rest, geometry };
        edit.put(id, (attributes === undefined ? region : { ...region, attributes }) as Json);
        made.push(id);
      }
    });
    return made;
  }

  /** New geometries. Calls with the same gesture become one step of undo. */
  reshape(geometries: ReadonlyMap<EntryId, GeometryValue>, gesture?: string): void {
    this.#document.change(
      (edit) => {
        for (const [id, geometry] of geometries) {
          const entry = edit.get(id);
          if (entry === undefined) continue;
          const value = entry.value as { readonly [key: string]: Json };
          edit.put(id, { ...value, geometry: this.#stored(geometry) });
        }
      },
      gesture === undefined ? {} : { gesture },
    );
  }

  #stored(geometry: GeometryValue): GeometryValue {
    return this.#kindOf(geometry.type)?.stored?.(geometry) ?? geometry;
  }

  /** With the relations that they are ends of. */
  remove(ids: readonly EntryId[]): void {
    removeEntries(this.#document, this.#relations, ids);
  }

  /** Shapes with an offset, bounded by the picture. */
  translated(shapes: readonly Shape[], dx: number, dy: number): Map<EntryId, GeometryValue> {
    return new Map(
      shapes.map(({ id, kind, geometry }) => [id, kind.translate(geometry, dx, dy, this.#frame)] as const),
    );
  }

  /** Wider and higher; shapes for which a size means nothing are left as they are. */
  resized(shapes: readonly Shape[], dx: number, dy: number): Map<EntryId, GeometryValue> {
    return changed(shapes, ({ kind, geometry }) => kind.resize?.(geometry, dx, dy, this.#frame) ?? null);
  }

  rotated(shapes: readonly Shape[], degrees: number): Map<EntryId, GeometryValue> {
    return changed(shapes, ({ kind, geometry }) => kind.rotate?.(geometry, degrees, this.#frame) ?? null);
  }

  /** One step up (+1) or down (-1) among the shapes of the same field. */
  restack(shape: Shape, direction: 1 | -1): void {
    const entries = this.#document.under(shape.placed.pointer);
    const place = entries.findIndex(({ id }) => id === shape.id);
    const here = entries[place];
    const neighbour = entries[place + direction];
    if (here === undefined || neighbour === undefined) return;
    const beyond = entries[place + 2 * direction];
    const order = beyond === undefined ? neighbour.order + direction : (neighbour.order + beyond.order) / 2;
    this.#document.change((edit) => edit.reorder(here.id, order));
  }
}

export function copied(shape: Shape): CopiedRegion {
  const { class: value, geometry, attributes } = shape.region;
  const region = { pointer: shape.placed.pointer, class: value, geometry };
  return attributes === undefined ? region : { ...region, attributes };
}

function changed(
  shapes: readonly Shape[],
  change: (shape: Shape) => GeometryValue | null,
): Map<EntryId, GeometryValue> {
  const result = new Map<EntryId, GeometryValue>();
  for (const shape of shapes) {
    const geometry = change(shape);
    if (geometry !== null) result.set(shape.id, geometry);
  }
  return result;
}
