import { Button, Checkbox } from "@mantine/core";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { DataTable } from "@/components/data-table/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { PageHeader } from "@/components/PageHeader";
import { useKeysetList } from "@/components/useKeysetList";
import { ApiKeyForm } from "@/pages/tenant/api-keys/ApiKeyForm";
import { CreatedKeyDialog } from "@/pages/tenant/api-keys/CreatedKeyDialog";
import { isUsable, useKeyColumns } from "@/pages/tenant/api-keys/key-columns";

type ApiKey = Schemas["ApiKey"];
const PAGE = 200;
const idOf = (key: ApiKey) => key.id;

/** The keys with which programs act in a tenant. */
export function ApiKeysPage() {
  const { t } = useTranslation("tenant");
  const { tenantId } = useParams({ from: "/shell/tenants/$tenantId/api-keys" });
  const [creating, setCreating] = useState(false);
  const [created, setCreated] = useState<Schemas["CreatedApiKey"] | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const [ended, setEnded] = useState(false);
  const list = useKeysetList(["api-keys", tenantId], (cursor) =>
    got(
      api.GET("/api/v1/tenants/{tenant_id}/api-keys", {
        params: { path: { tenant_id: tenantId }, query: { cursor, limit: PAGE } },
      }),
    ),
  );
  const columns = useKeyColumns(tenantId, setRevoking);
  const create = (
    <Button size="xs" leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
      {t("keys.create")}
    </Button>
  );
  return (
    <>
      <PageHeader title={t("keys.title")} description={t("keys.explained")} actions={create} />
      {list.error !== null && <ErrorState error={list.error} onRetry={list.reload} />}
      <DataTable
        label={t("keys.title")}
        columns={columns}
        rows={ended ? list.rows : list.rows.filter(isUsable)}
        rowId={idOf}
        loading={list.loading}
        loadingMore={list.loadingMore}
        hasMore={list.hasMore}
        onLoadMore={list.loadMore}
        toolbar={
          <Checkbox
            size="xs"
            label={t("keys.showEnded")}
            checked={ended}
            onChange={(event) => setEnded(event.currentTarget.checked)}
          />
        }
        empty={
          <EmptyState
            icon={IconKey}
            title={t("keys.empty")}
            description={t("keys.emptyAdvice")}
            action={create}
          />
        }
      />
      {creating && (
        <ApiKeyForm
          tenantId={tenantId}
          onClose={() => setCreating(false)}
          onCreated={(key) => {
            list.reload();
            setCreated(key);
          }}
        />
      )}
      {created !== null && (
        <CreatedKeyDialog name={created.name} value={created.key} onClose={() => setCreated(null)} />
      )}
      {revoking !== null && (
        <ConfirmDialog
          opened
          onClose={() => setRevoking(null)}
          onConfirm={() => revoke(tenantId, revoking).then(list.reload)}
          title={t("keys.revokeOf", { name: revoking.name })}
          confirm={t("common:action.revoke")}
          dangerous
        >
          {t("keys.revokeExplained")}
        </ConfirmDialog>
      )}
    </>
  );
}

function revoke(tenantId: string, key: ApiKey) {
  return api.POST("/api/v1/tenants/{tenant_id}/api-keys/{key_id}/revoke", {
    params: { path: { tenant_id: tenantId, key_id: key.id } },
  });
}
