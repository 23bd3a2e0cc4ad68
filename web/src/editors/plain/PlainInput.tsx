import type { InputEditorProps } from "@/editors/contract";

export function PlainInput(_props: InputEditorProps) {
  return null;
}
