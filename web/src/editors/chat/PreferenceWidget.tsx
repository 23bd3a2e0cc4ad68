import { BestWidget } from "@/editors/chat/BestWidget";
import { RankingWidget } from "@/editors/chat/RankingWidget";
import type { FieldWidgetProps } from "@/editors/contract";
import type { PreferenceField } from "@/interface/declaration";

/** Which of several inputs is better, or how they rank. They go by neutral names in the order shown. */
export function PreferenceWidget({ placed }: FieldWidgetProps<PreferenceField>) {
  return placed.field.mode === "rank" ? <RankingWidget placed={placed} /> : <BestWidget placed={placed} />;
}
