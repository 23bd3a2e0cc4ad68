import { Group, Progress, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { useServerEvents } from "@/components/live/useServerEvents";
import { StatusBadge } from "@/components/StatusBadge";
import { useFormats } from "@/components/useFormats";

type Job = Schemas["Job"];
const ENDED: ReadonlySet<Job["state"]> = new Set(["done", "failed", "cancelled"]);

export interface JobProgressProps {
  tenantId: string;
  projectId: string;
  job: Job;
  /** The job has ended while this was on screen. */
  onFinished?: (job: Job) => void;
}

/** The cache's place of a job; JobProgress writes each event of the stream there. */
export function jobKey(tenantId: string, projectId: string, jobId: string): readonly string[] {
  return ["job", tenantId, projectId, jobId];
}

/** How far a job is, live. */
export function JobProgress({ tenantId, projectId, job: given, onFinished }: JobProgressProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const client = useQueryClient();
  const [heard, setHeard] = useState<Job>();
  const job = heard?.id === given.id ? heard : given;
  useServerEvents({
    url: ENDED.has(given.state)
      ? null
      : `/api/v1/tenants/${tenantId}/projects/${projectId}/jobs/${given.id}/events`,
    names: ["progress", "finished"],
    onEvent: (name, data) => {
      const told = data as Job;
      setHeard(told);
      client.setQueryData(jobKey(tenantId, projectId, told.id), told);
      if (name !== "finished") return undefined;
      onFinished?.(told);
      return "stop";
    },
  });
  const counts =
    job.total === null
      ? formats.number(job.done)
      : t("job.counts", { done: formats.number(job.done), total: formats.number(job.total) });
  const share = job.state === "done" ? 1 : (job.progress ?? 0);
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap="xs">
        <StatusBadge state={job.state} />
        <Text size="xs" c="dimmed" aria-live="polite">
          {counts}
          {job.rejected > 0 && ` · ${t("job.rejected", { count: job.rejected })}`}
        </Text>
      </Group>
      <Progress
        value={100 * share}
        size="sm"
        color={job.state === "failed" ? "red" : undefined}
        animated={job.state === "running" && job.progress === null}
        aria-label={t("job.progress")}
      />
    </Stack>
  );
}
