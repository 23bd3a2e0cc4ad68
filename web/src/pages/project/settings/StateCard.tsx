import { Button, Card, Group, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { StatusBadge } from "@/components/StatusBadge";
import { useProjectChange } from "@/pages/project/settings/useProjectChange";

type State = Schemas["Project"]["state"];

/** The states that each state can become, the everyday one first. */
const NEXT: Readonly<Record<State, readonly State[]>> = {
  active: ["paused", "archived"],
  paused: ["active", "archived"],
  archived: ["active"],
};

/** Pauses, resumes and archives the project. */
export function StateCard({ project }: { project: Schemas["Project"] }) {
  const { t } = useTranslation("project");
  const change = useProjectChange();
  const [wanted, setWanted] = useState<State | null>(null);
  return (
    <Card withBorder padding="md">
      <Group justify="space-between" align="start" gap="lg">
        <div>
          <Group gap="xs">
            <Title order={2} size="h5">
              {t("settings.state.title")}
            </Title>
            <StatusBadge state={project.state} />
          </Group>
          <Text size="sm" c="dimmed" maw={520} mt={4}>
            {t(`settings.state.is.${project.state}`)}
          </Text>
        </div>
        <Group gap="xs">
          {NEXT[project.state].map((state) => (
            <Button
              key={state}
              variant={state === "active" ? "filled" : "default"}
              color={state === "archived" ? "red" : undefined}
              onClick={() => setWanted(state)}
            >
              {t(`settings.state.become.${state}`)}
            </Button>
          ))}
        </Group>
      </Group>
      <ConfirmDialog
        opened={wanted !== null}
        onClose={() => setWanted(null)}
        onConfirm={() => wanted !== null && change.mutateAsync({ state: wanted })}
        title={t(`settings.state.question.${wanted ?? project.state}`, { name: project.name })}
        confirm={t(`settings.state.become.${wanted ?? project.state}`)}
        dangerous={wanted === "archived"}
      >
        {t(`settings.state.effect.${wanted ?? project.state}`)}
      </ConfirmDialog>
    </Card>
  );
}
