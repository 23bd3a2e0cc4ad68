import { Button } from "@mantine/core";
import { IconPlus, IconWebhook } from "@tabler/icons-react";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { CopyField } from "@/components/CopyField";
import { DataTable } from "@/components/data-table/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { OnceDialog } from "@/components/OnceDialog";
import { PageHeader } from "@/components/PageHeader";
import { DeleteWebhook } from "@/pages/tenant/webhooks/DeleteWebhook";
import { Deliveries } from "@/pages/tenant/webhooks/Deliveries";
import { useWebhooks, type Webhook } from "@/pages/tenant/webhooks/queries";
import { EventsForm, NewWebhookForm } from "@/pages/tenant/webhooks/WebhookForm";
import { useWebhookColumns } from "@/pages/tenant/webhooks/webhook-columns";

type Open = { dialog: "create" } | { dialog: "events" | "deliveries" | "delete"; webhook: Webhook };
const idOf = (webhook: Webhook) => webhook.id;

/** The addresses that are told of a tenant's events. */
export function WebhooksPage() {
  const { t } = useTranslation("tenant");
  const { tenantId } = useParams({ from: "/shell/tenants/$tenantId/webhooks" });
  const [open, setOpen] = useState<Open | null>(null);
  const [created, setCreated] = useState<Schemas["CreatedWebhook"] | null>(null);
  const list = useWebhooks(tenantId);
  const columns = useWebhookColumns(tenantId, (dialog, webhook) => setOpen({ dialog, webhook }));
  const close = () => setOpen(null);
  const create = (
    <Button size="xs" leftSection={<IconPlus size={16} />} onClick={() => setOpen({ dialog: "create" })}>
      {t("webhooks.create")}
    </Button>
  );
  return (
    <>
      <PageHeader title={t("webhooks.title")} description={t("webhooks.explained")} actions={create} />
      {list.error !== null && <ErrorState error={list.error} onRetry={list.reload} />}
      <DataTable
        label={t("webhooks.title")}
        columns={columns}
        rows={list.rows}
        rowId={idOf}
        loading={list.loading}
        loadingMore={list.loadingMore}
        hasMore={list.hasMore}
        onLoadMore={list.loadMore}
        onOpen={(webhook) => setOpen({ dialog: "deliveries", webhook })}
        empty={
          <EmptyState
            icon={IconWebhook}
            title={t("webhooks.empty")}
            description={t("webhooks.emptyAdvice")}
            action={create}
          />
        }
      />
      {open?.dialog === "create" && (
        <NewWebhookForm
          tenantId={tenantId}
          onClose={close}
          onCreated={(webhook) => {
            list.reload();
            setCreated(webhook);
          }}
        />
      )}
      {open?.dialog === "events" && <EventsForm tenantId={tenantId} webhook={open.webhook} onClose={close} />}
      {open?.dialog === "deliveries" && (
        <Deliveries tenantId={tenantId} webhook={open.webhook} onClose={close} />
      )}
      {open?.dialog === "delete" && (
        <DeleteWebhook tenantId={tenantId} webhook={open.webhook} onClose={close} />
      )}
      {created !== null && (
        <OnceDialog
          opened
          onClose={() => setCreated(null)}
          title={t("webhooks.created")}
          warning={t("webhooks.once")}
        >
          <CopyField label={t("webhooks.secret")} value={created.secret} />
        </OnceDialog>
      )}
    </>
  );
}
