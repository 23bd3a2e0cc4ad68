import { Button, Card, Group, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { ErrorState } from "@/components/ErrorState";
import { useProjectChange } from "@/pages/project/settings/useProjectChange";

/** Renames the project. */
export function NameCard({ project }: { project: Schemas["Project"] }) {
  const { t } = useTranslation("project");
  const change = useProjectChange();
  const [edited, setEdited] = useState<string | null>(null);
  const name = edited ?? project.name;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ name: name.trim() }, { onSuccess: () => setEdited(null) });
  };
  return (
    <Card withBorder padding="md">
      <form onSubmit={submit}>
        <Group align="end" gap="sm">
          <TextInput
            label={t("settings.name")}
            value={name}
            onChange={(event) => setEdited(event.currentTarget.value)}
            maxLength={200}
            required
            withAsterisk={false}
            flex={1}
          />
          <Button
            type="submit"
            loading={change.isPending}
            disabled={name.trim() === "" || name.trim() === project.name}
          >
            {t("settings.rename")}
          </Button>
        </Group>
      </form>
      <Text size="xs" c="dimmed" mt={4} aria-live="polite">
        {change.isSuccess && edited === null ? t("workflow.saved") : t("settings.nameHelp")}
      </Text>
      {change.error !== null && <ErrorState error={change.error} />}
    </Card>
  );
}
