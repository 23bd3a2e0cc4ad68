import { Card, ColorSwatch, Group, Progress, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/components/useFormats";
import { TASK_STATES, type TaskState } from "../queries";

const COLORS: Readonly<Record<TaskState, string>> = {
  done: "teal.6",
  review: "grape.6",
  annotated: "cyan.6",
  gold: "gold.4",
  open: "gray.5",
};
const ORDER: readonly TaskState[] = ["done", "review", "annotated", "gold", "open"];

/** The tasks of a project by state, as one stacked bar with its legend. */
export function TaskStates({ tasks }: { tasks: Readonly<Record<string, number>> }) {
  const { t } = useTranslation("project");
  const formats = useFormats();
  const total = TASK_STATES.reduce((sum, state) => sum + (tasks[state] ?? 0), 0);
  const work = total - (tasks.gold ?? 0);
  const finished = work === 0 ? 0 : (tasks.done ?? 0) / work;
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" mb={8}>
        <Title order={2} size="h5">
          {t("progress.title")}
        </Title>
        <Text size="sm" aria-live="polite">
          {t("progress.finished", { share: formats.percent(finished), total: formats.number(total) })}
        </Text>
      </Group>
      <Progress.Root size={18} radius="sm">
        {ORDER.map((state) => {
          const count = tasks[state] ?? 0;
          if (count === 0) return null;
          return (
            <Progress.Section
              key={state}
              value={(100 * count) / total}
              color={COLORS[state]}
              aria-label={t(`taskState.${state}`)}
            />
          );
        })}
      </Progress.Root>
      <Group gap="md" mt={10}>
        {ORDER.map((state) => (
          <Group key={state} gap={6}>
            <ColorSwatch
              size={10}
              color={`var(--mantine-color-${COLORS[state].replace(".", "-")})`}
              withShadow={false}
            />
            <Text size="xs">{t(`taskState.${state}`)}</Text>
            <Text size="xs" c="dimmed">
              {formats.number(tasks[state] ?? 0)}
            </Text>
          </Group>
        ))}
      </Group>
    </Card>
  );
}
