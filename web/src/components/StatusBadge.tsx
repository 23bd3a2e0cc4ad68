import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";

const COLORS: Readonly<Record<string, string>> = {
  active: "teal",
  done: "teal",
  delivered: "teal",
  ready: "teal",
  ok: "teal",
  accepted: "teal",
  running: "blue",
  open: "blue",
  waiting: "blue",
  queued: "gray",
  annotated: "cyan",
  review: "grape",
  gold: "gold",
  paused: "yellow",
  held: "yellow",
  suspended: "yellow",
  expired: "gray",
  archived: "gray",
  cancelled: "gray",
  revoked: "gray",
  failed: "red",
  deleted: "red",
};

/** The state of a project, task, job, delivery, tenant or key: a word, with a colour beside it. */
export function StatusBadge({ state, size = "sm" }: { state: string; size?: "xs" | "sm" | "md" }) {
  const { t } = useTranslation();
  return (
    <Badge variant="light" color={COLORS[state] ?? "gray"} size={size} tt="none" autoContrast>
      {t(`state.${state}`, { defaultValue: state })}
    </Badge>
  );
}
