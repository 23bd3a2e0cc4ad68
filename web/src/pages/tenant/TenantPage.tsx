import { Anchor, Button, Checkbox, Group, TextInput } from "@mantine/core";
import { IconFolders } from "@tabler/icons-react";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { mayCreateProject } from "@/app/permissions";
import { useMembership } from "@/app/session";
import type { Column } from "@/components/data-table/columns";
import { DataTable } from "@/components/data-table/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { PageHeader } from "@/components/PageHeader";
import { RelativeTime } from "@/components/RelativeTime";
import { StatusBadge } from "@/components/StatusBadge";
import { useKeysetList } from "@/components/useKeysetList";

type Project = Schemas["Project"];
const PAGE = 200;
const idOf = (project: Project) => project.id;

/** The projects of a tenant. */
export function TenantPage() {
  const { t } = useTranslation("tenant");
  const { tenantId } = useParams({ from: "/shell/tenants/$tenantId" });
  const membership = useMembership(tenantId);
  const navigate = useNavigate();
  const [search, setSearch] = useState("");
  const [archived, setArchived] = useState(false);
  const list = useKeysetList(["projects", tenantId], (cursor) =>
    got(
      api.GET("/api/v1/tenants/{tenant_id}/projects", {
        params: { path: { tenant_id: tenantId }, query: { cursor, limit: PAGE } },
      }),
    ),
  );
  const columns = useProjectColumns(tenantId);
  const rows = list.rows.filter(
    (project) =>
      (archived || project.state !== "archived") &&
      project.name.toLocaleLowerCase().includes(search.toLocaleLowerCase()),
  );
  const create = membership !== undefined && mayCreateProject(membership) && (
    <Button
      size="xs"
      renderRoot={(props) => <Link to="/tenants/$tenantId/new-project" params={{ tenantId }} {...props} />}
    >
      {t("newProject")}
    </Button>
  );
  const none = list.rows.length === 0;
  return (
    <>
      <PageHeader title={t("projects")} description={membership?.tenant_name} actions={create} />
      {list.error !== null && list.error !== undefined && (
        <ErrorState error={list.error} onRetry={list.reload} />
      )}
      <DataTable
        label={t("projects")}
        columns={columns}
        rows={rows}
        rowId={idOf}
        loading={list.loading}
        loadingMore={list.loadingMore}
        hasMore={list.hasMore}
        onLoadMore={list.loadMore}
        onOpen={(project) =>
          void navigate({
            to: "/tenants/$tenantId/projects/$projectId",
            params: { tenantId, projectId: project.id },
          })
        }
        toolbar={
          <Group gap="md">
            <TextInput
              size="xs"
              aria-label={t("search")}
              placeholder={t("search")}
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
            <Checkbox
              size="xs"
              label={t("showArchived")}
              checked={archived}
              onChange={(event) => setArchived(event.currentTarget.checked)}
            />
          </Group>
        }
        empty={
          <EmptyState
            icon={IconFolders}
            title={none ? t("empty") : t("noneFound")}
            description={none ? t("emptyAdvice") : t("noneFoundAdvice")}
            action={none && create}
          />
        }
      />
    </>
  );
}

function useProjectColumns(tenantId: string): readonly Column<Project>[] {
  const { t } = useTranslation("tenant");
  return useMemo(
    () => [
      {
        id: "name",
        header: t("name"),
        width: 240,
        grow: 1,
        hideable: false,
        cell: (project) => (
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link
                to="/tenants/$tenantId/projects/$projectId"
                params={{ tenantId, projectId: project.id }}
                {...props}
              />
            )}
          >
            {project.name}
          </Anchor>
        ),
      },
      { id: "state", header: t("state"), cell: (project) => <StatusBadge state={project.state} /> },
      {
        id: "updated",
        header: t("updated"),
        width: 140,
        cell: (project) => <RelativeTime at={project.updated_at} />,
      },
      {
        id: "created",
        header: t("created"),
        width: 140,
        cell: (project) => <RelativeTime at={project.created_at} />,
      },
    ],
    [t, tenantId],
  );
}
