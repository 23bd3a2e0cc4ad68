import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { FilterField } from "@/components/filter-language";
import { TASK_STATES } from "@/pages/project/queries";

const KINDS: readonly Omit<FilterField, "label">[] = [
  { name: "state", kind: "word", words: TASK_STATES },
  { name: "batch", kind: "id" },
  { name: "priority", kind: "number" },
  { name: "agreement", kind: "number" },
  { name: "created", kind: "time" },
  { name: "updated", kind: "time" },
  { name: "metadata", kind: "member" },
  { name: "label", kind: "member" },
];

/** What the labels of an export or dataset version are chosen by. */
export function useTaskFilterFields(): readonly FilterField[] {
  const { t } = useTranslation("transfers");
  return useMemo(() => KINDS.map((kind) => ({ ...kind, label: t(`filterField.${kind.name}`) })), [t]);
}
