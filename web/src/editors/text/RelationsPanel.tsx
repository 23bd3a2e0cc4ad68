import type { FieldWidgetProps } from "@/editors/contract";
import type { RelationsField } from "@/interface/declaration";

export function RelationsPanel(_props: FieldWidgetProps<RelationsField>) {
  return null;
}
