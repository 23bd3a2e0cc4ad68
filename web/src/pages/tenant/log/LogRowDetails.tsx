import { Button, Code, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { CopyButton } from "@/components/CopyField";
import { useFormats } from "@/components/useFormats";
import { type LogRow, useLogNames } from "@/pages/tenant/log/log-columns";

export interface LogRowDetailsProps {
  tenantId: string;
  row: LogRow;
  /** Show everything about this object. */
  onFollow: (objectId: string) => void;
}

/** Everything that one row of the log says. */
export function LogRowDetails({ tenantId, row, onFollow }: LogRowDetailsProps) {
  const { t } = useTranslation("tenant");
  const formats = useFormats();
  const names = useLogNames(tenantId);
  return (
    <Stack gap="sm">
      <Fact name={t("log.action.header")}>{row.action}</Fact>
      <Fact name={t("log.at")}>{formats.dateTimeWithSeconds(row.at)}</Fact>
      <Fact name={t("log.who")}>{names.who(row.principal)}</Fact>
      <Identity name={t("members.pseudonym")} value={row.principal} />
      <Fact name={t("common:role.label")}>{row.role}</Fact>
      <Fact name={t("log.purpose")}>{row.purpose}</Fact>
      <Identity name={`${t("log.object")}: ${row.object_kind}`} value={row.object_id} />
      {row.project_id !== null && <Fact name={t("log.project")}>{names.project(row.project_id)}</Fact>}
      {row.commitment !== null && <Identity name={t("log.commitment")} value={row.commitment} />}
      {row.policy !== null && <Identity name={t("log.policy")} value={row.policy} />}
      {Object.keys(row.details).length > 0 && (
        <Fact name={t("log.details")}>
          <Code block>{JSON.stringify(row.details, null, 2)}</Code>
        </Fact>
      )}
      <Group>
        <Button size="xs" variant="default" onClick={() => onFollow(row.object_id)}>
          {t("log.follow")}
        </Button>
      </Group>
    </Stack>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text size="sm" component="div">
        {children}
      </Text>
    </div>
  );
}

function Identity({ name, value }: { name: string; value: string }) {
  return (
    <Fact name={name}>
      <Group gap={4} wrap="nowrap">
        <Text size="xs" ff="monospace" truncate>
          {value}
        </Text>
        <CopyButton value={value} />
      </Group>
    </Fact>
  );
}
