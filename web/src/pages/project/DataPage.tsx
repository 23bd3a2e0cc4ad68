import { Anchor, Button, Group, SegmentedControl, Text } from "@mantine/core";
import { IconDatabaseImport } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { ApiProblem } from "@/api/problem";
import type { Column } from "@/components/data-table/columns";
import { DataTable } from "@/components/data-table/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { FilterBar } from "@/components/FilterBar";
import type { FilterField } from "@/components/filter-language";
import { PageHeader } from "@/components/PageHeader";
import { RelativeTime } from "@/components/RelativeTime";
import { StatusBadge } from "@/components/StatusBadge";
import { useFormats } from "@/components/useFormats";
import { useKeysetList } from "@/components/useKeysetList";
import type { InterfaceDeclaration } from "@/interface/declaration";
import { BulkActions } from "@/pages/project/data/BulkActions";
import { Gallery } from "@/pages/project/data/Gallery";
import { ItemPreview } from "@/pages/project/data/ItemPreview";
import { ItemReader } from "@/pages/project/data/item-reader";
import { SavedViews } from "@/pages/project/data/SavedViews";
import {
  interfaceQuery,
  type ProjectPath,
  projectKey,
  projectQuery,
  TASK_STATES,
  usePermissions,
  useProjectPath,
} from "@/pages/project/queries";

type Task = Schemas["Task"];
const PAGE = 100;
const idOf = (task: Task) => task.id;

/** Every item of the project with its task, as a table or as tiles; the filter is part of the address. */
export function DataPage() {
  const { t } = useTranslation("data");
  const path = useProjectPath();
  const may = usePermissions(path);
  const navigate = useNavigate();
  const search: { filter?: string; view?: string } = useSearch({ strict: false });
  const filter = search.filter ?? "";
  const view = search.view === "gallery" ? "gallery" : "table";
  const go = (change: { filter?: string; view?: string }) =>
    void navigate({ to: ".", search: { ...search, ...change } as never, replace: true });
  const project = useQuery(projectQuery(path));
  const version = useQuery(interfaceQuery(path, project.data?.interface_version));
  const list = useKeysetList<Task>([...projectKey(path), "tasks", filter], (cursor) =>
    got(
      api.GET("/api/v1/tenants/{tenant_id}/projects/{project_id}/tasks", {
        params: { path, query: { filter: filter || null, cursor, limit: PAGE } },
      }),
    ),
  );
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const reader = useReader(path);
  const declaration = version.data?.interface as unknown as InterfaceDeclaration | undefined;
  const columns = useColumns(path, reader, declaration);
  const wrongFilter = list.error instanceof ApiProblem && list.error.status === 422;
  const open = (task: Task) =>
    void navigate({
      to: "/tenants/$tenantId/projects/$projectId/items/$itemId",
      params: { tenantId: path.tenant_id, projectId: path.project_id, itemId: task.item_id },
    });
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={
          <SegmentedControl
            size="xs"
            aria-label={t("view")}
            value={view}
            onChange={(chosen) => go({ view: chosen })}
            data={[
              { value: "table", label: t("table") },
              { value: "gallery", label: t("gallery") },
            ]}
          />
        }
      />
      <Group align="start" wrap="nowrap" mb="sm">
        <div style={{ flex: 1 }}>
          <FilterBar
            fields={useFilterFields()}
            value={filter}
            onChange={(chosen) => go({ filter: chosen })}
            {...(wrongFilter ? { error: (list.error as ApiProblem).message } : {})}
          />
        </div>
        <SavedViews path={path} filter={filter} onChoose={(chosen) => go({ filter: chosen })} />
      </Group>
      {list.error !== null && !wrongFilter && <ErrorState error={list.error} onRetry={list.reload} />}
      {view === "gallery" && declaration !== undefined && list.rows.length > 0 ? (
        <Gallery list={list} path={path} reader={reader} declaration={declaration} />
      ) : (
        <DataTable
          label={t("title")}
          columns={columns}
          rows={list.rows}
          rowId={idOf}
          rowHeight={48}
          loading={list.loading}
          loadingMore={list.loadingMore}
          hasMore={list.hasMore}
          onLoadMore={list.loadMore}
          onOpen={open}
          {...(may.produce
            ? {
                selection: { selected, onChange: setSelected },
                bulkActions: (
                  <BulkActions path={path} selected={selected} onDone={() => setSelected(new Set())} />
                ),
              }
            : {})}
          empty={
            <NoData
              path={path}
              filtered={filter !== ""}
              mayImport={may.produce}
              onClear={() => go({ filter: "" })}
            />
          }
        />
      )}
    </>
  );
}

function useReader({ tenant_id, project_id }: ProjectPath): ItemReader {
  return useMemo(() => new ItemReader({ tenant_id, project_id }), [tenant_id, project_id]);
}

interface NoDataProps {
  readonly path: ProjectPath;
  readonly filtered: boolean;
  readonly mayImport: boolean;
  readonly onClear: () => void;
}

function NoData({ path, filtered, mayImport, onClear }: NoDataProps) {
  const { t } = useTranslation("data");
  const importItems = (
    <Button
      renderRoot={(props) => (
        <Link
          to="/tenants/$tenantId/projects/$projectId/imports"
          params={{ tenantId: path.tenant_id, projectId: path.project_id }}
          {...props}
        />
      )}
    >
      {t("import")}
    </Button>
  );
  const clear = (
    <Button variant="default" onClick={onClear}>
      {t("clearFilter")}
    </Button>
  );
  return (
    <EmptyState
      icon={IconDatabaseImport}
      title={t(filtered ? "noneFound" : "empty")}
      description={t(filtered ? "noneFoundAdvice" : "emptyAdvice")}
      action={filtered ? clear : mayImport && importItems}
    />
  );
}

function useFilterFields(): readonly FilterField[] {
  const { t } = useTranslation("data");
  return useMemo(
    () => [
      { name: "state", kind: "word", label: t("state"), words: TASK_STATES },
      { name: "agreement", kind: "number", label: t("agreement") },
      { name: "confidence", kind: "number", label: t("confidence") },
      { name: "priority", kind: "number", label: t("priority") },
      { name: "label", kind: "member", label: t("label") },
      { name: "metadata", kind: "member", label: t("metadata") },
    ],
    [t],
  );
}

function useColumns(
  path: ProjectPath,
  reader: ItemReader,
  declaration: InterfaceDeclaration | undefined,
): readonly Column<Task>[] {
  const { t } = useTranslation("data");
  const formats = useFormats();
  return useMemo(() => {
    const share = (value: number | null) => (value === null ? "–" : formats.percent(value));
    return [
      {
        id: "item",
        header: t("item"),
        width: 260,
        grow: 1,
        hideable: false,
        cell: (task) =>
          declaration === undefined ? null : (
            <Anchor
              c="inherit"
              underline="never"
              renderRoot={(props) => (
                <Link
                  to="/tenants/$tenantId/projects/$projectId/items/$itemId"
                  params={{ tenantId: path.tenant_id, projectId: path.project_id, itemId: task.item_id }}
                  aria-label={t("openItem", { id: task.item_id.slice(-8) })}
                  {...props}
                />
              )}
            >
              <ItemPreview reader={reader} path={path} item={task.item_id} declaration={declaration} />
            </Anchor>
          ),
      },
      { id: "state", header: t("state"), width: 120, cell: (task) => <StatusBadge state={task.state} /> },
      {
        id: "answers",
        header: t("annotations"),
        width: 110,
        cell: (task) => t("answers", { done: task.submitted, wanted: task.overlap }),
      },
      { id: "agreement", header: t("agreement"), width: 110, cell: (task) => share(task.agreement) },
      { id: "confidence", header: t("confidence"), width: 110, cell: (task) => share(task.confidence) },
      { id: "priority", header: t("priority"), width: 90, cell: (task) => formats.number(task.priority) },
      {
        id: "metadata",
        header: t("metadata"),
        width: 180,
        hiddenAtFirst: true,
        cell: (task) => (
          <Text size="xs" truncate>
            {Object.entries(task.metadata)
              .map(([name, value]) => `${name}: ${value}`)
              .join(", ")}
          </Text>
        ),
      },
      {
        id: "updated",
        header: t("updated"),
        width: 130,
        cell: (task) => <RelativeTime at={task.updated_at} />,
      },
    ];
  }, [t, formats, path, reader, declaration]);
}
