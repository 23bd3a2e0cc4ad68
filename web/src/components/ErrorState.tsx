import { Alert, Button, Group, List, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconPlugConnectedX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ApiProblem, Unreachable } from "@/api/problem";

export interface ErrorStateProps {
  error: unknown;
  /** Ask again; offered as a button. */
  onRetry?: () => void;
}

/** What went wrong, where, and what to do about it. */
export function ErrorState({ error, onRetry }: ErrorStateProps) {
  const { t } = useTranslation();
  const unreachable = error instanceof Unreachable;
  const problem = error instanceof ApiProblem ? error.document : undefined;
  const Picture = unreachable ? IconPlugConnectedX : IconAlertTriangle;
  return (
    <Alert
      role="alert"
      color="red"
      variant="light"
      icon={<Picture size={18} />}
      title={unreachable ? t("error.unreachable") : (problem?.title ?? t("error.unexpected"))}
    >
      <Stack gap="xs">
        <Text size="sm">{unreachable ? t("error.unreachableAdvice") : messageOf(error)}</Text>
        {problem?.advice && <Text size="sm">{problem.advice}</Text>}
        {problem?.problems && problem.problems.length > 0 && (
          <List size="sm">
            {problem.problems.map((place) => (
              <List.Item key={`${place.path} ${place.rule}`}>
                <code>{place.path}</code> {place.message}
              </List.Item>
            ))}
          </List>
        )}
        {onRetry && (
          <Group>
            <Button size="xs" variant="default" onClick={onRetry}>
              {t("action.retry")}
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}

/** What an error says, in one line, as for a notification. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
