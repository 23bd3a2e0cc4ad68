import type { InputEditorProps } from "@/editors/contract";

export function ImageEditor(_props: InputEditorProps) {
  return null;
}
