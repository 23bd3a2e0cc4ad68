import { Button, Drawer, Group, Text } from "@mantine/core";
import { IconDatabaseImport } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { EmptyState } from "@/components/EmptyState";
import { useFormats } from "@/components/useFormats";
import { RejectedRows } from "@/pages/project/imports/RejectedRows";
import { useUploads } from "@/pages/project/imports/uploads";
import { JobHistory } from "@/pages/project/JobHistory";

/** What has been imported, and what did not go in. */
export function ImportHistory() {
  const { t } = useTranslation("transfers");
  const { t: common } = useTranslation();
  const [rejectedOf, setRejectedOf] = useState<string | null>(null);
  const uploads = useUploads((store) => store.uploads);
  const nameOf = (job: Schemas["Job"]) =>
    uploads.find((upload) => upload.job?.id === job.id)?.name ?? t("imports.history.unnamed");
  return (
    <>
      <JobHistory
        kind="import"
        title={nameOf}
        empty={
          <EmptyState
            icon={IconDatabaseImport}
            title={t("imports.history.empty")}
            description={t("imports.history.emptyAdvice")}
          />
        }
      >
        {(job) => <Outcome job={job} onRejected={() => setRejectedOf(job.id)} />}
      </JobHistory>
      <Drawer
        opened={rejectedOf !== null}
        onClose={() => setRejectedOf(null)}
        position="right"
        size="xl"
        title={t("imports.rejected.title")}
        closeButtonProps={{ "aria-label": common("action.close") }}
      >
        {rejectedOf !== null && <RejectedRows jobId={rejectedOf} />}
      </Drawer>
    </>
  );
}

function Outcome({ job, onRejected }: { job: Schemas["Job"]; onRejected: () => void }) {
  const { t } = useTranslation("transfers");
  const formats = useFormats();
  const items = typeof job.result?.items === "number" ? job.result.items : null;
  if (items === null && job.rejected === 0) return null;
  return (
    <Group justify="space-between" mt={6}>
      <Text size="sm">
        {items !== null && t("imports.history.items", { count: items, value: formats.number(items) })}
      </Text>
      {job.rejected > 0 && (
        <Button size="compact-xs" variant="light" color="red" onClick={onRejected}>
          {t("imports.history.rejected", { count: job.rejected, value: formats.number(job.rejected) })}
        </Button>
      )}
    </Group>
  );
}
