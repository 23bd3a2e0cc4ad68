import { Button, Collapse, Select, SimpleGrid, Switch, TagsInput, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { ImportOptions } from "@/pages/project/imports/upload-work";
import { batchesQuery, useProjectPath } from "@/pages/project/queries";

const LABELS = ["ignore", "prelabel", "gold"] as const;

export interface ImportSettingsProps {
  readonly value: ImportOptions;
  readonly onChange: (value: ImportOptions) => void;
}

/** How the next files are read. */
export function ImportSettings({ value, onChange }: ImportSettingsProps) {
  const { t } = useTranslation("transfers");
  const [opened, { toggle }] = useDisclosure();
  const area = useId();
  const Chevron = opened ? IconChevronDown : IconChevronRight;
  return (
    <div>
      <Button
        variant="subtle"
        size="xs"
        onClick={toggle}
        leftSection={<Chevron size={14} />}
        aria-expanded={opened}
        aria-controls={area}
      >
        {t("imports.options.title")}
      </Button>
      <Collapse expanded={opened} id={area}>
        {opened && <Options value={value} onChange={onChange} />}
      </Collapse>
    </div>
  );
}

function Options({ value, onChange }: ImportSettingsProps) {
  const { t } = useTranslation("transfers");
  const batches = useQuery(batchesQuery(useProjectPath()));
  const change = (part: Partial<ImportOptions>) => onChange({ ...value, ...part });
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm" pt="xs">
      <Select
        label={t("imports.options.batch")}
        description={t("imports.options.batchHelp")}
        placeholder={t("imports.options.standardBatch")}
        data={(batches.data ?? []).map((batch) => ({ value: batch.id, label: batch.name }))}
        value={value.batch}
        onChange={(batch) => change({ batch })}
        clearable
        searchable
      />
      <Select
        label={t("imports.options.labels")}
        description={t("imports.options.labelsHelp")}
        data={LABELS.map((each) => ({ value: each, label: t(`imports.options.labelsAs.${each}`) }))}
        value={value.labels}
        onChange={(labels) => change({ labels: LABELS.find((each) => each === labels) ?? "ignore" })}
        allowDeselect={false}
      />
      <TagsInput
        label={t("imports.options.columns")}
        description={t("imports.options.columnsHelp")}
        placeholder="body=data.text"
        value={[...value.columns]}
        onChange={(columns) => change({ columns })}
      />
      <TextInput
        label={t("imports.options.delimiter")}
        description={t("imports.options.delimiterHelp")}
        maxLength={1}
        value={value.delimiter}
        onChange={(event) => change({ delimiter: event.currentTarget.value })}
      />
      <TextInput
        label={t("imports.options.encoding")}
        description={t("imports.options.encodingHelp")}
        value={value.encoding}
        onChange={(event) => change({ encoding: event.currentTarget.value })}
      />
      <Switch
        mt="lg"
        label={t("imports.options.typed")}
        description={t("imports.options.typedHelp")}
        checked={value.typed}
        onChange={(event) => change({ typed: event.currentTarget.checked })}
      />
    </SimpleGrid>
  );
}
