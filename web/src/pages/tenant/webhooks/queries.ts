import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, got, type Schemas } from "@/api/client";
import { useKeysetList } from "@/components/useKeysetList";

export type Webhook = Schemas["Webhook"];
export type Delivery = Schemas["Delivery"];

const PAGE = 100;
/** Deliveries that wait are sent within seconds: they are looked at again this often, in milliseconds. */
const DELIVERIES_AGAIN = 5000;

/** What a webhook can be told of; the test is sent by hand. */
export const EVENTS = [
  "annotation.submitted",
  "label.created",
  "label.reviewed",
  "task.sent_back",
  "import.finished",
  "export.finished",
  "dataset_version.ready",
] as const satisfies readonly Schemas["EventKind"][];

export function useWebhooks(tenantId: string) {
  return useKeysetList(["webhooks", tenantId], (cursor) =>
    got(
      api.GET("/api/v1/tenants/{tenant_id}/webhooks", {
        params: { path: { tenant_id: tenantId }, query: { cursor, limit: PAGE } },
      }),
    ),
  );
}

export function useDeliveries(tenantId: string, webhookId: string) {
  return useKeysetList(
    ["deliveries", tenantId, webhookId],
    (cursor) =>
      got(
        api.GET("/api/v1/tenants/{tenant_id}/webhooks/{webhook_id}/deliveries", {
          params: { path: { tenant_id: tenantId, webhook_id: webhookId }, query: { cursor, limit: PAGE } },
        }),
      ),
    { refetchInterval: DELIVERIES_AGAIN },
  );
}

/** What can be done with a webhook that is there. */
export function useWebhookChanges(tenantId: string, webhookId: string) {
  const client = useQueryClient();
  const params = { path: { tenant_id: tenantId, webhook_id: webhookId } };
  const changed = () => client.invalidateQueries({ queryKey: ["webhooks", tenantId] });
  const sent = () => client.invalidateQueries({ queryKey: ["deliveries", tenantId, webhookId] });
  return {
    change: useMutation({
      mutationFn: (body: Schemas["WebhookChange"]) =>
        api.PATCH("/api/v1/tenants/{tenant_id}/webhooks/{webhook_id}", { params, body }),
      onSuccess: changed,
    }),
    remove: useMutation({
      mutationFn: () => api.DELETE("/api/v1/tenants/{tenant_id}/webhooks/{webhook_id}", { params }),
      onSuccess: changed,
    }),
    test: useMutation({
      mutationFn: () => api.POST("/api/v1/tenants/{tenant_id}/webhooks/{webhook_id}/test", { params }),
      onSuccess: sent,
    }),
    redeliver: useMutation({
      mutationFn: (delivery: Delivery) =>
        api.POST("/api/v1/tenants/{tenant_id}/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver", {
          params: { path: { ...params.path, delivery_id: delivery.id } },
        }),
      onSuccess: sent,
    }),
  };
}
