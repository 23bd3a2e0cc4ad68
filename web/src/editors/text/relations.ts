import { type EntryId, entryId, pointerOf } from "@/editor-core/changes";
import type { AnswerDocument, Edit } from "@/editor-core/document";
import type { PlacedField } from "@/editors/contract";
import type { Json, RelationsField, RelationTypeDeclaration } from "@/interface/declaration";

/** A link between two regions as the answer holds it; `from` and `to` are the regions' own ids. */
export interface Relation {
  readonly id: string;
  readonly type: string;
  readonly from: string;
  readonly to: string;
  readonly [key: string]: Json;
}

export type PlacedRelations = PlacedField<RelationsField>;

/** Pointers of the regions fields that a relations field links: from the first, to the second. */
export function endPointers({ field, pointer }: PlacedRelations): readonly [from: string, to: string] {
  const level = pointer.slice(0, pointer.lastIndexOf("/"));
  const names = typeof field.between === "string" ? [field.between] : field.between;
  const from = `${level}/${names[0]}`;
  return [from, `${level}/${names[1] ?? names[0]}`];
}

export function relationOf(document: AnswerDocument, id: EntryId): Relation | undefined {
  return document.get(id)?.value as Relation | undefined;
}

/** Entry ids of the two regions that a relation links. */
export function endsOf(placed: PlacedRelations, relation: Relation): readonly [from: EntryId, to: EntryId] {
  const [from, to] = endPointers(placed);
  return [entryId(from, relation.from), entryId(to, relation.to)];
}

/** Types that may link one region to another, in the order of declaration. */
export function allowedTypes(
  placed: PlacedRelations,
  document: AnswerDocument,
  from: EntryId,
  to: EntryId,
): readonly RelationTypeDeclaration[] {
  const [fromPointer, toPointer] = endPointers(placed);
  if (from === to || pointerOf(from) !== fromPointer || pointerOf(to) !== toPointer) return [];
  return placed.field.types.filter(
    (type) => takes(type.from, document.region(from)?.class) && takes(type.to, document.region(to)?.class),
  );
}

/** Types that some relation from this region could have. */
export function typesFrom(
  placed: PlacedRelations,
  document: AnswerDocument,
  from: EntryId,
): readonly RelationTypeDeclaration[] {
  if (pointerOf(from) !== endPointers(placed)[0]) return [];
  return placed.field.types.filter((type) => takes(type.from, document.region(from)?.class));
}

function takes(classes: readonly string[] | null | undefined, name: string | undefined): boolean {
  return name !== undefined && (classes == null || classes.includes(name));
}

/** Whether the same link is there already; the direction of a symmetric one does not count. */
export function isLinked(
  placed: PlacedRelations,
  document: AnswerDocument,
  link: Omit<Relation, "id">,
  except?: EntryId,
): boolean {
  const symmetric = placed.field.types.find((each) => each.value === link.type)?.symmetric === true;
  return document.under(placed.pointer).some((entry) => {
    const other = entry.value as Relation;
    if (entry.id === except || other.type !== link.type) return false;
    if (other.from === link.from && other.to === link.to) return true;
    return symmetric && other.from === link.to && other.to === link.from;
  });
}

/** Link two regions. Answers the relation's id; null when that is not allowed or is there already. */
export function addRelation(
  placed: PlacedRelations,
  document: AnswerDocument,
  from: EntryId,
  to: EntryId,
  type: string,
): EntryId | null {
  if (!allowedTypes(placed, document, from, to).some((each) => each.value === type)) return null;
  const link = { type, from: document.region(from)?.id ?? "", to: document.region(to)?.id ?? "" };
  const most = placed.field.max ?? Number.POSITIVE_INFINITY;
  if (isLinked(placed, document, link) || document.under(placed.pointer).length >= most) return null;
  const name = document.freshId(placed.pointer);
  const id = entryId(placed.pointer, name);
  document.change((edit) => edit.put(id, { id: name, ...link }));
  return id;
}

/** Give a relation another type or other ends. Answers whether it was allowed. */
export function changeRelation(
  placed: PlacedRelations,
  document: AnswerDocument,
  id: EntryId,
  change: Partial<Omit<Relation, "id">>,
): boolean {
  const relation = relationOf(document, id);
  if (relation === undefined) return false;
  const changed: Relation = { ...relation, ...change, id: relation.id };
  const [from, to] = endsOf(placed, changed);
  const allowed = allowedTypes(placed, document, from, to).some((each) => each.value === changed.type);
  if (!allowed || isLinked(placed, document, changed, id)) return false;
  document.change((edit) => edit.put(id, changed));
  return true;
}

/** Swap the ends of a relation, with a type that fits that way: its own, else the first. */
export function turnAround(placed: PlacedRelations, document: AnswerDocument, id: EntryId): boolean {
  const relation = relationOf(document, id);
  if (relation === undefined) return false;
  const [from, to] = endsOf(placed, relation);
  const types = allowedTypes(placed, document, to, from);
  const type = types.find((each) => each.value === relation.type) ?? types[0];
  if (type === undefined) return false;
  return changeRelation(placed, document, id, {
    type: type.value,
    from: relation.to,
    to: relation.from,
  });
}

/** Every relation of these fields that has one of the regions at an end. */
export function relationsOf(
  relations: readonly PlacedRelations[],
  document: AnswerDocument,
  regions: ReadonlySet<EntryId>,
): EntryId[] {
  const found: EntryId[] = [];
  for (const placed of relations) {
    for (const entry of document.under(placed.pointer)) {
      const [from, to] = endsOf(placed, entry.value as Relation);
      if (regions.has(from) || regions.has(to)) found.push(entry.id);
    }
  }
  return found;
}

/** Within a change: relations whose types do not fit their ends any more go. */
export function removeUnfit(
  relations: readonly PlacedRelations[],
  document: AnswerDocument,
  region: EntryId,
  nextClass: string,
  edit: Edit,
): void {
  for (const placed of relations) {
    for (const id of relationsOf([placed], document, new Set([region]))) {
      const relation = relationOf(document, id) as Relation;
      const [from, to] = endsOf(placed, relation);
      const type = placed.field.types.find((each) => each.value === relation.type);
      const classAt = (end: EntryId) => (end === region ? nextClass : document.region(end)?.class);
      if (type === undefined || !takes(type.from, classAt(from)) || !takes(type.to, classAt(to))) {
        edit.remove(id);
      }
    }
  }
}
