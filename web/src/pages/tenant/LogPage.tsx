import { Drawer } from "@mantine/core";
import { IconListSearch } from "@tabler/icons-react";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got } from "@/api/client";
import { DataTable } from "@/components/data-table/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { PageHeader } from "@/components/PageHeader";
import { useKeysetList } from "@/components/useKeysetList";
import { LogFilter, type LogWanted } from "@/pages/tenant/log/LogFilter";
import { LogRowDetails } from "@/pages/tenant/log/LogRowDetails";
import { type LogRow, useLogColumns } from "@/pages/tenant/log/log-columns";

const PAGE = 200;
const EVERYTHING: LogWanted = { action: null, project: null, object: "" };
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const idOf = (row: LogRow) => String(row.number);

/** Who did and saw what, and when; newest first. */
export function LogPage() {
  const { t } = useTranslation("tenant");
  const { tenantId } = useParams({ from: "/shell/tenants/$tenantId/log" });
  const [wanted, setWanted] = useState(EVERYTHING);
  const [shown, setShown] = useState<LogRow | null>(null);
  const list = useLog(tenantId, wanted);
  const columns = useLogColumns(tenantId);
  return (
    <>
      <PageHeader title={t("log.title")} description={t("log.explained")} />
      {list.error !== null && <ErrorState error={list.error} onRetry={list.reload} />}
      <DataTable
        label={t("log.title")}
        columns={columns}
        rows={list.rows}
        rowId={idOf}
        rowHeight={34}
        maxHeight="calc(100vh - 210px)"
        loading={list.loading}
        loadingMore={list.loadingMore}
        hasMore={list.hasMore}
        onLoadMore={list.loadMore}
        onOpen={setShown}
        toolbar={<LogFilter tenantId={tenantId} value={wanted} onChange={setWanted} />}
        empty={<EmptyState icon={IconListSearch} title={t("log.empty")} description={t("log.emptyAdvice")} />}
      />
      <Drawer
        opened={shown !== null}
        onClose={() => setShown(null)}
        position="right"
        title={t("log.row", { number: shown?.number ?? 0 })}
        closeButtonProps={{ "aria-label": t("common:action.close") }}
      >
        {shown !== null && (
          <LogRowDetails
            tenantId={tenantId}
            row={shown}
            onFollow={(object) => {
              setWanted({ ...EVERYTHING, object });
              setShown(null);
            }}
          />
        )}
      </Drawer>
    </>
  );
}

function useLog(tenantId: string, { action, project, object }: LogWanted) {
  const objectId = UUID.test(object.trim()) ? object.trim() : undefined;
  const projectId = project ?? undefined;
  return useKeysetList(["log", tenantId, action, projectId, objectId], (cursor) =>
    got(
      api.GET("/api/v1/tenants/{tenant_id}/log", {
        params: {
          path: { tenant_id: tenantId },
          query: {
            action: action ?? undefined,
            project_id: projectId,
            object_id: objectId,
            cursor,
            limit: PAGE,
          },
        },
      }),
    ),
  );
}
