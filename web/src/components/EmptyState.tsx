import { Center, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";

export interface EmptyStateProps {
  icon: Icon;
  title: string;
  /** What to do next. */
  description?: ReactNode;
  /** The one primary action. */
  action?: ReactNode;
  /** Of the heading. 2 unless told. */
  level?: 1 | 2;
}

/** Nothing here yet, and what to do about it. */
export function EmptyState({ icon: Picture, title, description, action, level = 2 }: EmptyStateProps) {
  return (
    <Center py="xl" px="md">
      <Stack align="center" gap="sm" maw="28rem">
        <ThemeIcon size={52} radius="xl" variant="light" aria-hidden>
          <Picture size={26} stroke={1.5} />
        </ThemeIcon>
        <Title order={level} size="h4" ta="center">
          {title}
        </Title>
        {description !== undefined && (
          <Text size="sm" c="dimmed" ta="center">
            {description}
          </Text>
        )}
        {action}
      </Stack>
    </Center>
  );
}
