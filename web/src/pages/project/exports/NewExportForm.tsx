import { Button, Card, Group, Radio, SegmentedControl, Select, SimpleGrid, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/ErrorState";
import { FilterBar } from "@/components/FilterBar";
import { readFilter } from "@/components/filter-language";
import { EXPORT_FORMATS, EXPORT_SUBJECTS, startExport } from "@/pages/project/exports/export-work";
import { useTaskFilterFields } from "@/pages/project/exports/task-filter-fields";
import { projectKey, useProjectPath, versionsQuery } from "@/pages/project/queries";

type Format = (typeof EXPORT_FORMATS)[number];
type Subject = (typeof EXPORT_SUBJECTS)[number];
const NOW = "now";

/** Choose what is exported, and start it. */
export function NewExportForm() {
  const { t } = useTranslation("transfers");
  const path = useProjectPath();
  const versions = useQuery(versionsQuery(path));
  const fields = useTaskFilterFields();
  const [what, setWhat] = useState<Subject>("labels");
  const [format, setFormat] = useState<Format>("jsonl");
  const [version, setVersion] = useState(NOW);
  const [filter, setFilter] = useState("");
  const key = useRef(crypto.randomUUID());
  const moments = useMemo(
    () => [
      { value: NOW, label: t("exports.form.now") },
      ...(versions.data ?? [])
        .filter((one) => one.state === "ready")
        .map((one) => ({ value: one.id, label: t("exports.form.version", one) })),
    ],
    [t, versions.data],
  );
  const isFilter = filter.trim() === "" || readFilter(filter) !== null;
  const isFrozen = what === "labels" && version !== NOW;
  const start = useMutation({
    mutationKey: [...projectKey(path), "export"],
    mutationFn: () =>
      startExport(
        path,
        {
          format,
          what,
          dataset_version_id: isFrozen ? version : null,
          filter: isFrozen || filter.trim() === "" ? null : filter,
        },
        key.current,
      ),
    onSettled: () => {
      key.current = crypto.randomUUID();
    },
  });
  return (
    <Card withBorder padding="md">
      <Stack gap="md">
        <Radio.Group
          label={t("exports.form.what")}
          value={what}
          onChange={(value) => setWhat(EXPORT_SUBJECTS.find((each) => each === value) ?? "labels")}
        >
          <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm" mt={6}>
            {EXPORT_SUBJECTS.map((each) => (
              <Radio.Card
                key={each}
                value={each}
                p="sm"
                radius="md"
                aria-label={t(`exports.subject.${each}`)}
              >
                <Group wrap="nowrap" align="start" gap="sm">
                  <Radio.Indicator size="sm" />
                  <div>
                    <Text size="sm" fw={600}>
                      {t(`exports.subject.${each}`)}
                    </Text>
                    <Text size="xs" c="dimmed">
                      {t(`exports.subjectHelp.${each}`)}
                    </Text>
                  </div>
                </Group>
              </Radio.Card>
            ))}
          </SimpleGrid>
        </Radio.Group>
        <Group align="end" gap="md">
          <Stack gap={4}>
            <Text size="sm" fw={500} id="export-format">
              {t("exports.form.format")}
            </Text>
            <SegmentedControl
              aria-labelledby="export-format"
              data={EXPORT_FORMATS.map((each) => ({ value: each, label: t(`exports.format.${each}`) }))}
              value={format}
              onChange={(value) => setFormat(EXPORT_FORMATS.find((each) => each === value) ?? "jsonl")}
            />
          </Stack>
          {what === "labels" && (
            <Select
              label={t("exports.form.moment")}
              data={moments}
              value={version}
              onChange={(value) => setVersion(value ?? NOW)}
              allowDeselect={false}
              searchable
              w={260}
            />
          )}
          <Button
            ml="auto"
            loading={start.isPending}
            disabled={!isFrozen && !isFilter}
            onClick={() => start.mutate()}
          >
            {t("exports.form.start")}
          </Button>
        </Group>
        {isFrozen ? (
          <Text size="xs" c="dimmed">
            {t("exports.form.frozen")}
          </Text>
        ) : (
          <FilterBar fields={fields} value={filter} onChange={setFilter} live />
        )}
        {start.error !== null && <ErrorState error={start.error} />}
      </Stack>
    </Card>
  );
}
