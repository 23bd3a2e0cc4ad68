import type { InputEditorProps } from "@/editors/contract";

export function ChatEditor(_props: InputEditorProps) {
  return null;
}
