import { Box, Button, Card, Center, Group, Loader, Stack, Text } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { ErrorState } from "@/components/ErrorState";
import { JobProgress } from "@/components/JobProgress";
import { RelativeTime } from "@/components/RelativeTime";
import { StatusBadge } from "@/components/StatusBadge";
import { jobsQuery, projectKey, useProjectPath } from "@/pages/project/queries";

type Job = Schemas["Job"];
const RUNNING: ReadonlySet<Job["state"]> = new Set(["queued", "running"]);

export interface JobHistoryProps {
  readonly kind: "import" | "export";
  /** What a job is called, such as its file's name. */
  readonly title: (job: Job) => string;
  /** What came of it: shown under its progress. */
  readonly children: (job: Job, isNewest: boolean) => ReactNode;
  /** Instead of the list while there has been none. */
  readonly empty: ReactNode;
}

/** The imports or exports of a project, newest first; those that run are live and can be stopped. */
export function JobHistory({ kind, title, children, empty }: JobHistoryProps) {
  const { t } = useTranslation("transfers");
  const path = useProjectPath();
  const jobs = useInfiniteQuery(jobsQuery(path, kind));
  const rows = jobs.data?.pages.flatMap((page) => page.items) ?? [];
  if (jobs.error !== null) return <ErrorState error={jobs.error} onRetry={() => jobs.refetch()} />;
  if (jobs.isPending)
    return (
      <Center p="md">
        <Loader size="sm" aria-label={t("loading")} />
      </Center>
    );
  if (rows.length === 0) return empty;
  return (
    <Stack gap="xs">
      {rows.map((job, place) => (
        <JobCard key={job.id} job={job} title={title(job)}>
          {children(job, place === 0)}
        </JobCard>
      ))}
      {jobs.hasNextPage && (
        <Center>
          <Button
            variant="default"
            size="xs"
            loading={jobs.isFetchingNextPage}
            onClick={() => jobs.fetchNextPage()}
          >
            {t("older")}
          </Button>
        </Center>
      )}
    </Stack>
  );
}

function JobCard({ job, title, children }: { job: Job; title: string; children: ReactNode }) {
  const path = useProjectPath();
  const client = useQueryClient();
  const isRunning = RUNNING.has(job.state);
  return (
    <Card withBorder padding="sm" data-job={job.id}>
      <Group justify="space-between" wrap="nowrap">
        <Group gap="xs" wrap="nowrap" miw={0}>
          {!isRunning && <StatusBadge state={job.state} />}
          <Text size="sm" fw={600} truncate>
            {title}
          </Text>
        </Group>
        <Group gap="sm" wrap="nowrap">
          <Text size="xs" c="dimmed" component="div">
            <RelativeTime at={job.created_at} />
          </Text>
          {isRunning && !job.cancel_requested && <CancelButton job={job} />}
        </Group>
      </Group>
      {isRunning && (
        <Box mt={6}>
          <JobProgress
            tenantId={path.tenant_id}
            projectId={path.project_id}
            job={job}
            onFinished={() => client.invalidateQueries({ queryKey: projectKey(path) })}
          />
        </Box>
      )}
      {job.error !== null && (
        <Text size="sm" c="red" mt="xs" role="alert">
          {faultOf(job.error)}
        </Text>
      )}
      {children}
    </Card>
  );
}

function faultOf(error: NonNullable<Job["error"]>): string {
  const said = [error.detail ?? error.title, error.advice];
  return said.filter((part): part is string => typeof part === "string").join(" ");
}

function CancelButton({ job }: { job: Job }) {
  const { t } = useTranslation("transfers");
  const path = useProjectPath();
  const client = useQueryClient();
  const [asked, setAsked] = useState(false);
  const cancel = async () => {
    await got(
      api.POST("/api/v1/tenants/{tenant_id}/projects/{project_id}/jobs/{job_id}/cancel", {
        params: { path: { ...path, job_id: job.id } },
      }),
    );
    await client.invalidateQueries({ queryKey: [...projectKey(path), "jobs"] });
  };
  return (
    <>
      <Button size="compact-xs" variant="default" onClick={() => setAsked(true)}>
        {t("cancel.action")}
      </Button>
      <ConfirmDialog
        opened={asked}
        onClose={() => setAsked(false)}
        onConfirm={cancel}
        title={t(`cancel.title.${job.kind}`)}
        confirm={t("cancel.action")}
        dangerous
      >
        {t(`cancel.text.${job.kind}`)}
      </ConfirmDialog>
    </>
  );
}
