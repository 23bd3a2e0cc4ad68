import { Code, Loader, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { CopyField } from "@/components/CopyField";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { PageHeader } from "@/components/PageHeader";
import { RelativeTime } from "@/components/RelativeTime";
import { StatCard } from "@/components/StatCard";
import { StatusBadge } from "@/components/StatusBadge";
import { useFormats } from "@/components/useFormats";
import { usePermissions, useProjectPath, versionsQuery } from "@/pages/project/queries";
import { ExportVersion } from "@/pages/project/versions/ExportVersion";
import { VersionDiff } from "@/pages/project/versions/VersionDiff";

/** One dataset version: what is in it, its root, and how it differs from others. */
export function VersionPage() {
  const { t } = useTranslation("transfers");
  const path = useProjectPath();
  const { versionId } = useParams({ strict: false });
  const versions = useQuery(versionsQuery(path));
  if (versions.error !== null)
    return <ErrorState error={versions.error} onRetry={() => versions.refetch()} />;
  if (versions.data === undefined) return <Loader aria-label={t("loading")} />;
  const version = versions.data.find((one) => one.id === versionId);
  if (version === undefined)
    return (
      <EmptyState icon={IconHistory} title={t("versions.gone")} description={t("versions.goneAdvice")} />
    );
  return <Version version={version} all={versions.data} />;
}

interface VersionProps {
  readonly version: Schemas["DatasetVersion"];
  readonly all: readonly Schemas["DatasetVersion"][];
}

function Version({ version, all }: VersionProps) {
  const { t } = useTranslation("transfers");
  const { t: common } = useTranslation("project");
  const formats = useFormats();
  const path = useProjectPath();
  const may = usePermissions(path);
  const isReady = version.state === "ready";
  const others = all.filter((one) => one.state === "ready" && one.id !== version.id);
  return (
    <>
      <PageHeader
        title={t("versions.heading", { number: version.number, name: version.name })}
        breadcrumb={[
          {
            label: common("tab.versions"),
            to: `/tenants/${path.tenant_id}/projects/${path.project_id}/versions`,
          },
        ]}
        badge={<StatusBadge state={version.state} />}
        actions={isReady && may.produce ? <ExportVersion versionId={version.id} /> : undefined}
      />
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
          <StatCard
            label={t("versions.rows")}
            value={version.rows === null ? "–" : formats.number(version.rows)}
            detail={version.filter === null ? t("versions.everything") : <Code>{version.filter}</Code>}
          />
          <StatCard label={t("versions.interface")} value={formats.number(version.interface_version)} />
          <StatCard
            label={t("versions.created")}
            value={formats.date(version.created_at)}
            detail={<RelativeTime at={version.created_at} />}
          />
        </SimpleGrid>
        {version.root !== null && (
          <div>
            <CopyField label={t("versions.root")} value={version.root} />
            <Text size="xs" c="dimmed" mt={4}>
              {t("versions.rootExplained")}
            </Text>
          </div>
        )}
        {isReady && <VersionDiff version={version} others={others} />}
      </Stack>
    </>
  );
}
