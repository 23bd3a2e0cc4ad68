import { Button, Drawer, Stack, Text } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Column } from "@/components/data-table/columns";
import { DataTable } from "@/components/data-table/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { RelativeTime } from "@/components/RelativeTime";
import { StatusBadge } from "@/components/StatusBadge";
import {
  type Delivery,
  useDeliveries,
  useWebhookChanges,
  type Webhook,
} from "@/pages/tenant/webhooks/queries";

export interface DeliveriesProps {
  tenantId: string;
  webhook: Webhook;
  onClose: () => void;
}

const idOf = (delivery: Delivery) => delivery.id;

/** What was sent to a webhook, newest first, and how that went. */
export function Deliveries({ tenantId, webhook, onClose }: DeliveriesProps) {
  const { t } = useTranslation("tenant");
  const list = useDeliveries(tenantId, webhook.id);
  const { test, redeliver } = useWebhookChanges(tenantId, webhook.id);
  const columns = useDeliveryColumns((delivery) => redeliver.mutate(delivery));
  const failure = list.error ?? test.error ?? redeliver.error;
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="xl"
      title={t("webhooks.deliveries")}
      closeButtonProps={{ "aria-label": t("common:action.close") }}
    >
      <Stack gap="sm">
        <Text size="sm" ff="monospace" truncate>
          {webhook.url}
        </Text>
        {failure !== null && <ErrorState error={failure} onRetry={list.reload} />}
        <DataTable
          label={t("webhooks.deliveries")}
          columns={columns}
          rows={list.rows}
          rowId={idOf}
          loading={list.loading}
          loadingMore={list.loadingMore}
          hasMore={list.hasMore}
          onLoadMore={list.loadMore}
          maxHeight="calc(100vh - 220px)"
          toolbar={
            <Button
              size="xs"
              variant="default"
              leftSection={<IconSend size={14} />}
              loading={test.isPending}
              onClick={() => test.mutate()}
            >
              {t("webhooks.test")}
            </Button>
          }
          empty={<EmptyState icon={IconSend} title={t("webhooks.noDelivery")} />}
        />
      </Stack>
    </Drawer>
  );
}

function useDeliveryColumns(onRedeliver: (delivery: Delivery) => void): readonly Column<Delivery>[] {
  const { t } = useTranslation("tenant");
  return [
    { id: "kind", header: t("webhooks.event.header"), width: 170, grow: 1, cell: ({ kind }) => kind },
    { id: "state", header: t("state"), width: 100, cell: ({ state }) => <StatusBadge state={state} /> },
    { id: "answer", header: t("webhooks.answer"), width: 130, grow: 1, cell: answerOf },
    {
      id: "attempts",
      header: t("webhooks.attempts"),
      width: 80,
      align: "right",
      cell: ({ attempts }) => attempts,
    },
    {
      id: "created",
      header: t("webhooks.at"),
      width: 100,
      cell: (delivery) => <RelativeTime at={delivery.created_at} />,
    },
    {
      id: "again",
      header: "",
      width: 100,
      align: "right",
      hideable: false,
      cell: (delivery) =>
        delivery.state !== "waiting" && (
          <Button size="compact-xs" variant="subtle" onClick={() => onRedeliver(delivery)}>
            {t("webhooks.redeliver")}
          </Button>
        ),
    },
  ];
}

function answerOf({ last_status, last_error }: Delivery) {
  if (last_status === null && last_error === null) return "–";
  return (
    <Text size="sm" truncate title={last_error ?? undefined}>
      {[last_status, last_error].filter((part) => part !== null).join(" ")}
    </Text>
  );
}
