import type { ComponentType } from "react";
import type { FieldDeclaration, GroupField, InputDeclaration, Json } from "@/interface/declaration";

/** An input's view. It draws the value, and lets people work on the regions fields that lie on it. */
export interface InputEditorProps {
  readonly input: InputDeclaration;
  /** The input's value in the item's data; undefined when the item has none there. */
  readonly value: Json | undefined;
  /** Fields whose shapes or spans lie on this input, and relations between them. */
  readonly fields: readonly PlacedField[];
  /** Groups that go through this input's elements (turns, steps): asked beside each of them. */
  readonly groups: readonly PlacedField<GroupField>[];
}

/** A field with its place in the answer. */
export interface PlacedField<Field extends FieldDeclaration = FieldDeclaration> {
  readonly field: Field;
  /** JSON Pointer of its value: "/weather", "/rubric/first/correct". */
  readonly pointer: string;
  /** Dotted path of the declaration: "rubric.correct"; what hotkeys name. */
  readonly path: string;
}

export interface FieldWidgetProps<Field extends FieldDeclaration = FieldDeclaration> {
  readonly placed: PlacedField<Field>;
}

export type InputEditor = ComponentType<InputEditorProps>;
