/** Fields with their places in an answer. */
import type { PlacedField } from "@/editors/contract";
import type { FieldDeclaration, GroupField, InterfaceDeclaration } from "@/interface/declaration";
import { memberPath, memberPointer } from "@/interface/pointers";

/** The fields of one level, placed. `pointer` and `path` are those of what holds the level; "" at the top. */
export function placedFields(
  fields: readonly FieldDeclaration[],
  pointer = "",
  path = "",
): readonly PlacedField[] {
  return fields.map((field) => ({
    field,
    pointer: memberPointer(pointer, field.name),
    path: memberPath(path, field.name),
  }));
}

/** The fields of a group for one of its elements; without an element those of a group that is asked once. */
export function placedInGroup(placed: PlacedField<GroupField>, element?: string): readonly PlacedField[] {
  const pointer = element === undefined ? placed.pointer : memberPointer(placed.pointer, element);
  return placedFields(placed.field.fields, pointer, placed.path);
}

/** All fields on the level that a field of this dotted path stands on: what its condition may look at. */
export function levelOf(declaration: InterfaceDeclaration, path: string): readonly FieldDeclaration[] {
  let fields = declaration.fields;
  for (const name of path.split(".").slice(0, -1)) {
    const group = fields.find((field) => field.name === name);
    if (group?.type !== "group") return [];
    fields = group.fields;
  }
  return fields;
}

export function isGroup(placed: PlacedField): placed is PlacedField<GroupField> {
  return placed.field.type === "group";
}
