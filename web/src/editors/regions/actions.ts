/** What is done to regions, from the list, a picture or a text. Each change is one step of undo. */
import { type EntryId, pointerOf } from "@/editor-core/changes";
import type { AnswerDocument } from "@/editor-core/document";
import type { SelectionStore } from "@/editor-core/selection";
import type { PlacedField } from "@/editors/contract";
import { endPointers, type PlacedRelations, relationsOf, removeUnfit } from "@/editors/text/relations";
import type { Region } from "@/interface/answer";
import type {
  ClassDeclaration,
  FieldDeclaration,
  InterfaceDeclaration,
  Json,
  RegionsField,
} from "@/interface/declaration";
import type { JsonObject } from "@/interface/json";
import { levelOf, placedFields } from "@/interface/placed";
import { parentPointer } from "@/interface/pointers";

export type PlacedRegions = PlacedField<RegionsField>;

export function declaredClass(field: RegionsField, className: string): ClassDeclaration | undefined {
  return field.classes.find(({ value }) => value === className);
}

/** The relations fields beside a regions field that link its regions. */
export function relationsTo(
  declaration: InterfaceDeclaration,
  { pointer, path }: PlacedRegions,
): readonly PlacedRelations[] {
  const parentPath = path.slice(0, Math.max(0, path.lastIndexOf(".")));
  return placedFields(levelOf(declaration, path), parentPointer(pointer), parentPath).filter(
    (placed): placed is PlacedRelations =>
      isRelations(placed) && (endPointers(placed) as readonly string[]).includes(pointer),
  );
}

function isRelations(placed: PlacedField): placed is PlacedRelations {
  return placed.field.type === "relations";
}

export interface Relabelled {
  /** Regions that have the class now and had another before. */
  readonly changed: readonly EntryId[];
  /** Regions that keep their class, since this one is drawn as another geometry. */
  readonly unfit: readonly EntryId[];
}

/**
 * Give regions another class, where their geometry is the class's. Attributes that the new class declares too
 * are kept; relations whose type does not allow the class go.
 */
export function relabel(
  document: AnswerDocument,
  placed: PlacedRegions,
  relations: readonly PlacedRelations[],
  ids: readonly EntryId[],
  className: string,
): Relabelled {
  const declared = declaredClass(placed.field, className);
  const changed: EntryId[] = [];
  const unfit: EntryId[] = [];
  if (declared === undefined) return { changed, unfit };
  document.change((edit) => {
    for (const id of ids) {
      const region = document.region(id);
      if (region === undefined || pointerOf(id) !== placed.pointer || region.class === className) continue;
      if (region.geometry.type !== declared.geometry) {
        unfit.push(id);
        continue;
      }
      edit.put(id, withClass(region, declared) as unknown as Json);
      removeUnfit(relations, document, id, className, edit);
      changed.push(id);
    }
  });
  return { changed, unfit };
}

function withClass(region: Region, declared: ClassDeclaration): Region {
  const { attributes = {}, ...rest } = region;
  const names = new Set(declared.attributes?.map(({ name }) => name));
  const changed = { ...rest, class: declared.value };
  if (names.size === 0) return changed;
  return {
    ...changed,
    attributes: Object.fromEntries(Object.entries(attributes).filter(([name]) => names.has(name))),
  };
}

/**
 * Give an attribute of regions a value, or with undefined none. Calls with the same gesture are one step of
 * undo. A new region of the class begins with it too, unless it is free text.
 */
export function setAttribute(
  document: AnswerDocument,
  ids: readonly EntryId[],
  field: FieldDeclaration,
  value: Json | undefined,
  gesture?: string,
): void {
  document.change(
    (edit) => {
      for (const id of ids) {
        const region = edit.get(id)?.value as unknown as Region | undefined;
        if (region === undefined) continue;
        const { [field.name]: _before, ...others } = region.attributes ?? {};
        const attributes = value === undefined ? others : { ...others, [field.name]: value };
        edit.put(id, { ...region, attributes } as unknown as Json);
        if (field.type !== "text") remember(document, id, region.class, field.name);
      }
    },
    gesture === undefined ? {} : { gesture },
  );
}

/** The region of a class whose attributes were given last, and which ones. */
interface Given {
  readonly id: EntryId;
  readonly names: ReadonlySet<string>;
}

/** By pointer and class, for as long as the document is open. */
const given = new WeakMap<AnswerDocument, Map<string, Given>>();

function remember(document: AnswerDocument, id: EntryId, className: string, name: string): void {
  const ofDocument = given.get(document) ?? new Map<string, Given>();
  given.set(document, ofDocument);
  const key = `${pointerOf(id)} ${className}`;
  ofDocument.set(key, { id, names: new Set([...(ofDocument.get(key)?.names ?? []), name]) });
}

/**
 * What a new region of a class begins with: the attributes that somebody gave, as the region has them to which
 * they were given last. What was undone does not count.
 */
export function startingAttributes(
  document: AnswerDocument,
  pointer: string,
  className: string,
): JsonObject | undefined {
  const last = given.get(document)?.get(`${pointer} ${className}`);
  const region = last === undefined ? undefined : document.region(last.id);
  if (last === undefined || region?.class !== className) return undefined;
  const kept = Object.entries(region.attributes ?? {}).filter(([name]) => last.names.has(name));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** Remove regions with the relations they are ends of, and relations by themselves, as one step of undo. */
export function removeEntries(
  document: AnswerDocument,
  relations: readonly PlacedRelations[],
  ids: readonly EntryId[],
): void {
  document.change((edit) => {
    for (const id of relationsOf(relations, document, new Set(ids))) edit.remove(id);
    for (const id of ids) edit.remove(id);
  });
}

/** Hidden ones are shown and shown ones hidden; the same for locked. Not a change of the answer. */
export function toggle(selection: SelectionStore, what: "hidden" | "locked", ids: readonly EntryId[]): void {
  const now = new Set(selection.getState()[what]);
  for (const id of ids) if (!now.delete(id)) now.add(id);
  selection.setState(what === "hidden" ? { hidden: now } : { locked: now });
}

/** Hide or show many at once; others stay as they are. */
export function setHidden(selection: SelectionStore, ids: readonly EntryId[], hidden: boolean): void {
  const now = new Set(selection.getState().hidden);
  for (const id of ids) {
    if (hidden) now.add(id);
    else now.delete(id);
  }
  selection.setState({ hidden: now });
}
