import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { useWebhookChanges, type Webhook } from "@/pages/tenant/webhooks/queries";

export interface DeleteWebhookProps {
  tenantId: string;
  webhook: Webhook;
  onClose: () => void;
}

export function DeleteWebhook({ tenantId, webhook, onClose }: DeleteWebhookProps) {
  const { t } = useTranslation("tenant");
  const { remove } = useWebhookChanges(tenantId, webhook.id);
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      onConfirm={() => remove.mutateAsync()}
      title={t("webhooks.deleteTitle")}
      confirm={t("webhooks.delete")}
      dangerous
    >
      {t("webhooks.deleteExplained", { url: webhook.url })}
    </ConfirmDialog>
  );
}
