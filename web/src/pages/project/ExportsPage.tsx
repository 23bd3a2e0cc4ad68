import { Button, Stack, Text, Title } from "@mantine/core";
import { IconFileExport } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { EmptyState } from "@/components/EmptyState";
import { PageHeader } from "@/components/PageHeader";
import { useFormats } from "@/components/useFormats";
import { ExportFiles } from "@/pages/project/exports/ExportFiles";
import { NewExportForm } from "@/pages/project/exports/NewExportForm";
import { Forbidden } from "@/pages/project/Forbidden";
import { JobHistory } from "@/pages/project/JobHistory";
import { usePermissions, useProjectPath } from "@/pages/project/queries";

/** Take data out: files of labels, annotations or items, with a manifest that proves they are whole. */
export function ExportsPage() {
  const { t } = useTranslation("transfers");
  const { t: common } = useTranslation("project");
  const formats = useFormats();
  const may = usePermissions(useProjectPath());
  if (may.role !== undefined && !may.produce) return <Forbidden title={common("tab.exports")} />;
  return (
    <>
      <PageHeader title={common("tab.exports")} description={t("exports.description")} />
      <Stack gap="md">
        <NewExportForm />
        <Title order={2} size="h5">
          {t("exports.history.title")}
        </Title>
        <JobHistory
          kind="export"
          title={(job) => t("exports.history.name", { at: formats.dateTime(job.created_at) })}
          empty={
            <EmptyState
              icon={IconFileExport}
              title={t("exports.history.empty")}
              description={t("exports.history.emptyAdvice")}
            />
          }
        >
          {(job, isNewest) => <Outcome job={job} isNewest={isNewest} />}
        </JobHistory>
      </Stack>
    </>
  );
}

/** How much came out, and the files; those of the newest export are there at once. */
function Outcome({ job, isNewest }: { job: Schemas["Job"]; isNewest: boolean }) {
  const { t } = useTranslation("transfers");
  const formats = useFormats();
  const [chosen, setChosen] = useState<boolean | null>(null);
  if (job.state !== "done") return null;
  const opened = chosen ?? isNewest;
  const rows = typeof job.result?.rows === "number" ? job.result.rows : 0;
  return (
    <>
      <Text size="sm" mt={6} component="div">
        {t("exports.history.rows", { count: rows, value: formats.number(rows) })}{" "}
        <Button size="compact-xs" variant="subtle" aria-expanded={opened} onClick={() => setChosen(!opened)}>
          {t(opened ? "exports.history.hideFiles" : "exports.history.showFiles")}
        </Button>
      </Text>
      {opened && <ExportFiles jobId={job.id} />}
    </>
  );
}
