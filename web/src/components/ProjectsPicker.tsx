import { MultiSelect, Radio, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

export interface ProjectsPickerProps {
  projects: readonly { id: string; name: string }[];
  /** Null: every project, also those to come. */
  value: readonly string[] | null;
  onChange: (projects: readonly string[] | null) => void;
}

/** The whole tenant, or some of its projects. */
export function ProjectsPicker({ projects, value, onChange }: ProjectsPickerProps) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs">
      <Radio.Group
        label={t("projects.label")}
        value={value === null ? "whole" : "some"}
        onChange={(choice) => onChange(choice === "whole" ? null : [])}
      >
        <Stack gap={8} mt={6}>
          <Radio size="sm" value="whole" label={t("projects.whole")} description={t("projects.wholeHelp")} />
          <Radio size="sm" value="some" label={t("projects.some")} />
        </Stack>
      </Radio.Group>
      {value !== null && (
        <MultiSelect
          aria-label={t("projects.choose")}
          placeholder={value.length === 0 ? t("projects.choose") : undefined}
          searchable
          data={projects.map(({ id, name }) => ({ value: id, label: name }))}
          value={[...value]}
          onChange={onChange}
        />
      )}
    </Stack>
  );
}
