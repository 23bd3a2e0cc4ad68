import { Loader, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/ErrorState";
import { PageHeader } from "@/components/PageHeader";
import { Forbidden } from "@/pages/project/Forbidden";
import { projectQuery, usePermissions, useProjectPath } from "@/pages/project/queries";
import { CodeCard } from "@/pages/project/settings/CodeCard";
import { MetadataCard } from "@/pages/project/settings/MetadataCard";
import { NameCard } from "@/pages/project/settings/NameCard";
import { StateCard } from "@/pages/project/settings/StateCard";

/** What a project is called, what is noted on it, whether it is worked on, and how programs find it. */
export function SettingsPage() {
  const { t } = useTranslation("project");
  const path = useProjectPath();
  const may = usePermissions(path);
  const project = useQuery(projectQuery(path));
  if (may.role !== undefined && !may.produce) return <Forbidden title={t("tab.settings")} />;
  return (
    <>
      <PageHeader title={t("tab.settings")} />
      {project.error !== null && <ErrorState error={project.error} onRetry={() => project.refetch()} />}
      {project.data === undefined ? (
        <Loader aria-label={t("loading")} />
      ) : (
        <Stack gap="md" maw={880}>
          <NameCard project={project.data} />
          <StateCard project={project.data} />
          <MetadataCard project={project.data} />
          <CodeCard />
        </Stack>
      )}
    </>
  );
}
