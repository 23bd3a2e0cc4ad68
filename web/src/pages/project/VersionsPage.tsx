import { Anchor, Button, Code, Group } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { CopyButton } from "@/components/CopyField";
import type { Column } from "@/components/data-table/columns";
import { DataTable } from "@/components/data-table/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { PageHeader } from "@/components/PageHeader";
import { RelativeTime } from "@/components/RelativeTime";
import { StatusBadge } from "@/components/StatusBadge";
import { useFormats } from "@/components/useFormats";
import { usePermissions, useProjectPath, versionsQuery } from "@/pages/project/queries";
import { NewVersionDialog } from "@/pages/project/versions/NewVersionDialog";

type Version = Schemas["DatasetVersion"];
const ROOT_DIGITS = 16;
const idOf = (version: Version) => version.id;

/** The dataset versions of a project: its labels as they were at moments that somebody named. */
export function VersionsPage() {
  const { t } = useTranslation("transfers");
  const { t: common } = useTranslation("project");
  const path = useProjectPath();
  const may = usePermissions(path);
  const navigate = useNavigate();
  const versions = useQuery(versionsQuery(path));
  const columns = useColumns();
  const [creating, setCreating] = useState(false);
  const create = may.produce && (
    <Button size="sm" onClick={() => setCreating(true)}>
      {t("versions.create.action")}
    </Button>
  );
  const open = (version: Version) =>
    navigate({
      to: "/tenants/$tenantId/projects/$projectId/versions/$versionId",
      params: { tenantId: path.tenant_id, projectId: path.project_id, versionId: version.id },
    });
  const isEmpty = versions.data?.length === 0;
  return (
    <>
      <PageHeader
        title={common("tab.versions")}
        description={t("versions.description")}
        actions={isEmpty ? undefined : create}
      />
      {versions.error !== null && <ErrorState error={versions.error} onRetry={() => versions.refetch()} />}
      {isEmpty ? (
        <EmptyState
          icon={IconHistory}
          title={t("versions.empty")}
          description={t("versions.emptyAdvice")}
          action={create}
        />
      ) : (
        <DataTable
          label={common("tab.versions")}
          columns={columns}
          rows={versions.data ?? []}
          rowId={idOf}
          loading={versions.isPending}
          onOpen={open}
        />
      )}
      <NewVersionDialog opened={creating} onClose={() => setCreating(false)} />
    </>
  );
}

function useColumns(): readonly Column<Version>[] {
  const { t } = useTranslation("transfers");
  const formats = useFormats();
  const { tenant_id: tenantId, project_id: projectId } = useProjectPath();
  return useMemo(
    () => [
      { id: "number", header: t("versions.number"), width: 80, cell: (version) => version.number },
      {
        id: "name",
        header: t("versions.name"),
        width: 220,
        grow: 2,
        cell: (version) => (
          <Anchor
            size="sm"
            fw={600}
            renderRoot={(props) => (
              <Link
                to="/tenants/$tenantId/projects/$projectId/versions/$versionId"
                params={{ tenantId, projectId, versionId: version.id }}
                {...props}
              />
            )}
          >
            {version.name}
          </Anchor>
        ),
      },
      {
        id: "state",
        header: t("versions.state"),
        width: 120,
        cell: (version) => <StatusBadge state={version.state} />,
      },
      {
        id: "rows",
        header: t("versions.rows"),
        width: 110,
        align: "right",
        cell: (version) => (version.rows === null ? "–" : formats.number(version.rows)),
      },
      {
        id: "root",
        header: t("versions.root"),
        width: 220,
        grow: 1,
        cell: (version) => version.root !== null && <Root root={version.root} />,
      },
      {
        id: "created",
        header: t("versions.created"),
        width: 140,
        cell: (version) => <RelativeTime at={version.created_at} />,
      },
    ],
    [t, formats, tenantId, projectId],
  );
}

function Root({ root }: { root: string }) {
  const { t } = useTranslation("transfers");
  return (
    <Group gap={4} wrap="nowrap">
      <Code title={root}>{root.slice(0, ROOT_DIGITS)}…</Code>
      <CopyButton value={root} label={t("versions.copyRoot")} />
    </Group>
  );
}
