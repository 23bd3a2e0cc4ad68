/** Where the inputs and fields of an interface go on the screen. */
import type { EditorTask } from "@/editor-core/task";
import type { PlacedField } from "@/editors/contract";
import type { GroupField, InputDeclaration } from "@/interface/declaration";
import { elementsOf, inputGoneThrough, repetitionOf } from "@/interface/elements";
import { isGroup, placedFields } from "@/interface/placed";

export interface TaskLayout {
  readonly inputs: readonly InputDeclaration[];
  /** Inputs that stand side by side, in the order they are shown. */
  readonly compared: readonly InputDeclaration[];
  /** Whether the compared inputs must not be told apart by anything but what they say. */
  readonly isBlind: boolean;
  /** Groups with an entry for each compared input. */
  readonly perCompared: readonly PlacedField<GroupField>[];
  readonly panel: readonly PlacedField[];
  /** Few questions about something small: shown in the middle. */
  readonly isCalm: boolean;
  fieldsOn(input: InputDeclaration): readonly PlacedField[];
  groupsThrough(input: InputDeclaration): readonly PlacedField<GroupField>[];
}

export function layoutOf(task: EditorTask): TaskLayout {
  const { declaration, data, shownOrder } = task;
  const all = placedFields(declaration.fields);
  const groups = all.filter(isGroup);
  const through = groups.filter(({ field }) => inputGoneThrough(field, declaration) !== undefined);
  const perInput = groups.filter(({ field }) => repetitionOf(field) === "inputs");
  const preference = all.find(({ field }) => field.type === "preference");
  const declared =
    preference?.field.type === "preference"
      ? preference.field.over
      : perInput.flatMap(({ field }) => elementsOf(field, declaration, data).map(({ key }) => key));
  const order = (preference && shownOrder[preference.path]) ?? [...new Set(declared)];
  const compared = order.flatMap((name) => declaration.inputs.filter((input) => input.name === name));
  const names = new Set(compared.map(({ name }) => name));
  const perCompared = perInput.filter(({ field }) =>
    elementsOf(field, declaration, data).every(({ key }) => names.has(key)),
  );
  const elsewhere = new Set<PlacedField>([...through, ...perCompared]);
  const panel = all.filter((placed) => !elsewhere.has(placed));
  const isPlain = panel.every(({ field }) => ["choice", "rating", "number", "text"].includes(field.type));
  return {
    inputs: declaration.inputs.filter(({ name }) => !names.has(name)),
    compared,
    isBlind: preference !== undefined,
    perCompared,
    panel,
    isCalm: isPlain && panel.length <= 3 && declaration.inputs.length === 1 && elsewhere.size === 0,
    fieldsOn: (input) => all.filter(({ field }) => liesOn(field, input.name, all)),
    groupsThrough: (input) =>
      through.filter(({ field }) => inputGoneThrough(field, declaration)?.name === input.name),
  };
}

function liesOn(field: PlacedField["field"], input: string, all: readonly PlacedField[]): boolean {
  if (field.type === "regions") return field.on === input;
  if (field.type !== "relations") return false;
  const between = typeof field.between === "string" ? [field.between] : field.between;
  return all.some(
    ({ field: other }) => other.type === "regions" && other.on === input && between.includes(other.name),
  );
}
