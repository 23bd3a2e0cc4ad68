import type { FieldWidgetProps } from "@/editors/contract";
import type { PreferenceField } from "@/interface/declaration";

export function PreferenceWidget(_props: FieldWidgetProps<PreferenceField>) {
  return null;
}
