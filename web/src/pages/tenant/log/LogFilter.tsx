import { Group, Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { LOG_ACTIONS } from "@/pages/tenant/log/log-actions";
import { useProjectChoices } from "@/pages/tenant/projects";

type LogAction = Schemas["LogAction"];

/** Which rows are wanted; an object is named by its whole id. */
export interface LogWanted {
  action: LogAction | null;
  project: string | null;
  object: string;
}

export interface LogFilterProps {
  tenantId: string;
  value: LogWanted;
  onChange: (wanted: LogWanted) => void;
}

/** Narrows the log down by what was done, where, and to what. */
export function LogFilter({ tenantId, value, onChange }: LogFilterProps) {
  const { t } = useTranslation("tenant");
  const projects = useProjectChoices(tenantId);
  return (
    <Group gap="xs">
      <Select
        size="xs"
        w={240}
        aria-label={t("log.action.header")}
        placeholder={t("log.everyAction")}
        searchable
        clearable
        data={LOG_ACTIONS.map((action) => ({
          value: action,
          label: t(`log.action.${action.replace(".", "_")}`),
        }))}
        value={value.action}
        onChange={(action) => onChange({ ...value, action })}
        clearButtonProps={{ "aria-label": t("common:filter.clear") }}
      />
      <Select
        size="xs"
        w={220}
        aria-label={t("log.project")}
        placeholder={t("common:projects.whole")}
        searchable
        clearable
        data={projects.map(({ id, name }) => ({ value: id, label: name }))}
        value={value.project}
        onChange={(project) => onChange({ ...value, project })}
        clearButtonProps={{ "aria-label": t("common:filter.clear") }}
      />
      <TextInput
        size="xs"
        w={300}
        aria-label={t("log.object")}
        placeholder={t("log.objectHelp")}
        value={value.object}
        onChange={(event) => onChange({ ...value, object: event.currentTarget.value })}
      />
    </Group>
  );
}
