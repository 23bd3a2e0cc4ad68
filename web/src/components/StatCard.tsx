import { Card, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";

export interface StatCardProps {
  label: string;
  value: ReactNode;
  /** One line under the value. */
  detail?: ReactNode;
  /** At the right, such as a Sparkline. */
  chart?: ReactNode;
}

/** One figure with its name. */
export function StatCard({ label, value, detail, chart }: StatCardProps) {
  return (
    <Card withBorder padding="sm">
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Group justify="space-between" align="end" wrap="nowrap">
        <Text size="xl" fw={600} lh={1.3}>
          {value}
        </Text>
        {chart}
      </Group>
      {detail !== undefined && (
        <Text size="xs" c="dimmed" component="div">
          {detail}
        </Text>
      )}
    </Card>
  );
}
