/** Which editor shows an input, and which widget asks a field. Each comes when it is first needed. */
import { lazy } from "react";
import type { InputType } from "@/interface/declaration";

const ImageEditor = lazy(() =>
  import("@/editors/image/ImageEditor").then((module) => ({ default: module.ImageEditor })),
);
const TextEditor = lazy(() =>
  import("@/editors/text/TextEditor").then((module) => ({ default: module.TextEditor })),
);
const ChatEditor = lazy(() =>
  import("@/editors/chat/ChatEditor").then((module) => ({ default: module.ChatEditor })),
);
const PlainInput = lazy(() =>
  import("@/editors/plain/PlainInput").then((module) => ({ default: module.PlainInput })),
);

/** The editor of an input of this type. */
export function inputEditor(type: InputType) {
  if (type === "image") return ImageEditor;
  if (type === "text") return TextEditor;
  return type === "chat" ? ChatEditor : PlainInput;
}

export const PreferenceWidget = lazy(() =>
  import("@/editors/chat/PreferenceWidget").then((module) => ({ default: module.PreferenceWidget })),
);
export const RegionsPanel = lazy(() =>
  import("@/editors/regions/RegionsPanel").then((module) => ({ default: module.RegionsPanel })),
);
export const RelationsPanel = lazy(() =>
  import("@/editors/text/RelationsPanel").then((module) => ({ default: module.RelationsPanel })),
);
export const CodeWriting = lazy(() =>
  import("@/editors/forms/CodeWriting").then((module) => ({ default: module.CodeWriting })),
);
