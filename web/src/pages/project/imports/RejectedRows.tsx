import { Code, Text } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import type { Column } from "@/components/data-table/columns";
import { DataTable } from "@/components/data-table/DataTable";
import { ErrorState } from "@/components/ErrorState";
import { useFormats } from "@/components/useFormats";
import { useKeysetList } from "@/components/useKeysetList";
import { projectKey, useProjectPath } from "@/pages/project/queries";

type RejectedRow = Schemas["RejectedRow"];
const PAGE = 200;
const ROW_HEIGHT = 52;

/** The rows of a file that did not go in, in the order of the file. */
export function RejectedRows({ jobId }: { jobId: string }) {
  const { t } = useTranslation("transfers");
  const path = useProjectPath();
  const list = useKeysetList<RejectedRow>([...projectKey(path), "rejected", jobId], (cursor) =>
    got(
      api.GET("/api/v1/tenants/{tenant_id}/projects/{project_id}/jobs/{job_id}/rejected", {
        params: { path: { ...path, job_id: jobId }, query: { cursor, limit: PAGE } },
      }),
    ),
  );
  const columns = useColumns();
  const rows = useMemo(() => list.rows.map((row, place) => ({ ...row, id: String(place) })), [list.rows]);
  if (list.error !== null) return <ErrorState error={list.error} onRetry={list.reload} />;
  return (
    <DataTable
      label={t("imports.rejected.title")}
      columns={columns}
      rows={rows}
      rowId={(row) => row.id}
      loading={list.loading}
      loadingMore={list.loadingMore}
      hasMore={list.hasMore}
      onLoadMore={list.loadMore}
      rowHeight={ROW_HEIGHT}
      maxHeight="80vh"
      toolbar={
        <Text size="sm" c="dimmed">
          {t("imports.rejected.advice")}
        </Text>
      }
    />
  );
}

function useColumns(): readonly Column<RejectedRow & { id: string }>[] {
  const { t } = useTranslation("transfers");
  const formats = useFormats();
  return useMemo(
    () => [
      {
        id: "number",
        header: t("imports.rejected.row"),
        width: 90,
        align: "right",
        cell: (row) => formats.number(row.number),
      },
      { id: "rule", header: t("imports.rejected.rule"), width: 150, cell: (row) => <Code>{row.rule}</Code> },
      {
        id: "reason",
        header: t("imports.rejected.reason"),
        width: 240,
        grow: 2,
        cell: (row) => (
          <Text size="sm" lineClamp={2} title={row.reason}>
            {row.reason}
          </Text>
        ),
      },
      {
        id: "value",
        header: t("imports.rejected.value"),
        width: 160,
        grow: 1,
        cell: (row) => (
          <Text size="xs" ff="monospace" c="dimmed" lineClamp={2} title={row.value ?? undefined}>
            {row.value}
          </Text>
        ),
      },
    ],
    [t, formats],
  );
}
