import type { FieldWidgetProps } from "@/editors/contract";
import type { RegionsField } from "@/interface/declaration";

export function RegionsPanel(_props: FieldWidgetProps<RegionsField>) {
  return null;
}
