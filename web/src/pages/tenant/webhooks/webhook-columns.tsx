import { Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Column } from "@/components/data-table/columns";
import { messageOf } from "@/components/ErrorState";
import { RelativeTime } from "@/components/RelativeTime";
import { RowMenu } from "@/components/RowMenu";
import { ScopeText } from "@/components/ScopeText";
import { StatusBadge } from "@/components/StatusBadge";
import { useProjectChoices } from "@/pages/tenant/projects";
import { EVENTS, useWebhookChanges, type Webhook } from "@/pages/tenant/webhooks/queries";

export type WebhookDialog = "events" | "deliveries" | "delete";

/** The columns of the webhooks of a tenant. */
export function useWebhookColumns(
  tenantId: string,
  open: (dialog: WebhookDialog, webhook: Webhook) => void,
): readonly Column<Webhook>[] {
  const { t } = useTranslation("tenant");
  const projects = useProjectChoices(tenantId);
  const names = useMemo(() => new Map(projects.map(({ id, name }) => [id, name])), [projects]);
  return [
    {
      id: "url",
      header: t("webhooks.url"),
      width: 320,
      grow: 2,
      hideable: false,
      cell: (webhook) => (
        <Text size="sm" ff="monospace" truncate>
          {webhook.url}
        </Text>
      ),
    },
    {
      id: "project",
      header: t("webhooks.project"),
      width: 140,
      grow: 1,
      cell: ({ project_id }) => (
        <ScopeText projects={project_id === null ? null : [project_id]} names={names} />
      ),
    },
    {
      id: "events",
      header: t("webhooks.events"),
      width: 180,
      grow: 1,
      cell: ({ events }) =>
        EVENTS.every((event) => events.includes(event)) ? t("webhooks.everyEvent") : events.join(", "),
    },
    { id: "state", header: t("state"), width: 100, cell: ({ state }) => <StatusBadge state={state} /> },
    {
      id: "created",
      header: t("created"),
      width: 120,
      cell: (webhook) => <RelativeTime at={webhook.created_at} />,
    },
    {
      id: "actions",
      header: "",
      width: 52,
      align: "right",
      hideable: false,
      cell: (webhook) => <WebhookMenu tenantId={tenantId} webhook={webhook} open={open} />,
    },
  ];
}

interface WebhookMenuProps {
  tenantId: string;
  webhook: Webhook;
  open: (dialog: WebhookDialog, webhook: Webhook) => void;
}

function WebhookMenu({ tenantId, webhook, open }: WebhookMenuProps) {
  const { t } = useTranslation("tenant");
  const { change } = useWebhookChanges(tenantId, webhook.id);
  const paused = webhook.state === "paused";
  const toggle = () =>
    change.mutate(
      { state: paused ? "active" : "paused" },
      { onError: (error) => notifications.show({ color: "red", message: messageOf(error) }) },
    );
  return (
    <RowMenu
      label={t("webhooks.actionsOf", { url: webhook.url })}
      entries={[
        { label: t("webhooks.deliveries"), onChoose: () => open("deliveries", webhook) },
        { label: t("webhooks.chooseEvents"), onChoose: () => open("events", webhook) },
        { label: paused ? t("webhooks.resume") : t("webhooks.pause"), onChoose: toggle },
        { label: t("webhooks.delete"), onChoose: () => open("delete", webhook), dangerous: true },
      ]}
    />
  );
}
