import type { InputEditorProps } from "@/editors/contract";

export function TextEditor(_props: InputEditorProps) {
  return null;
}
