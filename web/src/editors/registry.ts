/** Which editor shows an input, and which widget asks a field. Each comes when it is first needed. */
import { lazy } from "react";
import type { FieldDeclaration, InputType, InterfaceDeclaration } from "@/interface/declaration";

const imageEditor = () => import("@/editors/image/ImageEditor");
const textEditor = () => import("@/editors/text/TextEditor");
const chatEditor = () => import("@/editors/chat/ChatEditor");
const plainInput = () => import("@/editors/plain/PlainInput");
const preferenceWidget = () => import("@/editors/chat/PreferenceWidget");
const regionsPanel = () => import("@/editors/regions/RegionsPanel");
const relationsPanel = () => import("@/editors/text/RelationsPanel");

const ImageEditor = lazy(async () => ({ default: (await imageEditor()).ImageEditor }));
const TextEditor = lazy(async () => ({ default: (await textEditor()).TextEditor }));
const ChatEditor = lazy(async () => ({ default: (await chatEditor()).ChatEditor }));
const PlainInput = lazy(async () => ({ default: (await plainInput()).PlainInput }));

/** The editor of an input of this type. */
export function inputEditor(type: InputType) {
  if (type === "image") return ImageEditor;
  if (type === "text") return TextEditor;
  return type === "chat" ? ChatEditor : PlainInput;
}

export const PreferenceWidget = lazy(async () => ({ default: (await preferenceWidget()).PreferenceWidget }));
export const RegionsPanel = lazy(async () => ({ default: (await regionsPanel()).RegionsPanel }));
export const RelationsPanel = lazy(async () => ({ default: (await relationsPanel()).RelationsPanel }));
export const CodeWriting = lazy(async () => ({
  default: (await import("@/editors/forms/CodeWriting")).CodeWriting,
}));

/** Fetch what a task needs before it is shown, so that no key comes before the editor that it is for. */
export async function fetchEditors(declaration: InterfaceDeclaration): Promise<void> {
  const wanted = declaration.inputs.map((input) => moduleOf(input.type));
  for (const field of fieldsIn(declaration.fields)) {
    if (field.type === "preference") wanted.push(preferenceWidget);
    if (field.type === "regions") wanted.push(regionsPanel);
    if (field.type === "relations") wanted.push(relationsPanel);
  }
  await Promise.all([...new Set(wanted)].map((load) => load()));
}

function moduleOf(type: InputType): () => Promise<unknown> {
  if (type === "image") return imageEditor;
  if (type === "text") return textEditor;
  return type === "chat" ? chatEditor : plainInput;
}

function fieldsIn(fields: readonly FieldDeclaration[]): readonly FieldDeclaration[] {
  return fields.flatMap((field) => (field.type === "group" ? fieldsIn(field.fields) : [field]));
}
