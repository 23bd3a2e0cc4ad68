import { ActionIcon, Button, Card, Group, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { ErrorState } from "@/components/ErrorState";
import {
  faultOf,
  type MetadataRow,
  metadataOf,
  rowsOf,
  VALUE_TYPES,
  type ValueType,
} from "@/pages/project/settings/metadata-rows";
import { useProjectChange } from "@/pages/project/settings/useProjectChange";

/** What a customer notes on a project, in plain text. */
export function MetadataCard({ project }: { project: Schemas["Project"] }) {
  const { t } = useTranslation("project");
  const change = useProjectChange();
  const [edited, setEdited] = useState<readonly MetadataRow[] | null>(null);
  const rows = edited ?? rowsOf(project.metadata);
  const isWhole = rows.every((row) => faultOf(row, rows) === null);
  const add = () => {
    const id = 1 + Math.max(-1, ...rows.map((row) => row.id));
    setEdited([...rows, { id, name: "", type: "text", text: "" }]);
  };
  const replace = (row: MetadataRow) => setEdited(rows.map((one) => (one.id === row.id ? row : one)));
  return (
    <Card withBorder padding="md">
      <Title order={2} size="h5">
        {t("settings.metadata.title")}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t("settings.metadata.help")}
      </Text>
      <Stack gap="xs">
        {rows.map((row) => (
          <Row
            key={row.id}
            row={row}
            rows={rows}
            onChange={replace}
            onRemove={() => setEdited(rows.filter((one) => one.id !== row.id))}
          />
        ))}
        <Group justify="space-between">
          <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={add}>
            {t("settings.metadata.add")}
          </Button>
          {edited !== null && (
            <Group gap="xs">
              <Button size="xs" variant="default" onClick={() => setEdited(null)}>
                {t("workflow.discard")}
              </Button>
              <Button
                size="xs"
                disabled={!isWhole}
                loading={change.isPending}
                onClick={() =>
                  change.mutate({ metadata: metadataOf(rows) }, { onSuccess: () => setEdited(null) })
                }
              >
                {t("workflow.save")}
              </Button>
            </Group>
          )}
        </Group>
        {change.error !== null && <ErrorState error={change.error} />}
      </Stack>
    </Card>
  );
}

interface RowProps {
  readonly row: MetadataRow;
  readonly rows: readonly MetadataRow[];
  readonly onChange: (row: MetadataRow) => void;
  readonly onRemove: () => void;
}

function Row({ row, rows, onChange, onRemove }: RowProps) {
  const { t } = useTranslation("project");
  const fault = faultOf(row, rows);
  const isValueWrong = fault === "noNumber";
  const said = fault === null ? undefined : t(`settings.metadata.fault.${fault}`);
  const retype = (type: ValueType) =>
    onChange({ ...row, type, text: type === "boolean" ? String(row.text === "true") : row.text });
  return (
    <Group gap="xs" align="start" wrap="nowrap">
      <TextInput
        aria-label={t("settings.metadata.name")}
        placeholder={t("settings.metadata.name")}
        value={row.name}
        onChange={(event) => onChange({ ...row, name: event.currentTarget.value })}
        error={isValueWrong ? undefined : said}
        flex={2}
      />
      <Select
        aria-label={t("settings.metadata.type")}
        data={VALUE_TYPES.map((type) => ({ value: type, label: t(`settings.metadata.types.${type}`) }))}
        value={row.type}
        onChange={(value) => retype(VALUE_TYPES.find((type) => type === value) ?? "text")}
        allowDeselect={false}
        w={130}
      />
      {row.type === "boolean" ? (
        <Select
          aria-label={t("settings.metadata.value")}
          data={["true", "false"].map((value) => ({
            value,
            label: t(`settings.metadata.booleans.${value}`),
          }))}
          value={row.text}
          onChange={(value) => onChange({ ...row, text: value ?? "false" })}
          allowDeselect={false}
          flex={3}
        />
      ) : (
        <TextInput
          aria-label={t("settings.metadata.value")}
          placeholder={t("settings.metadata.value")}
          value={row.text}
          onChange={(event) => onChange({ ...row, text: event.currentTarget.value })}
          error={isValueWrong ? said : undefined}
          flex={3}
        />
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        onClick={onRemove}
        aria-label={t("settings.metadata.remove", { name: row.name })}
      >
        <IconTrash size={16} />
      </ActionIcon>
    </Group>
  );
}
