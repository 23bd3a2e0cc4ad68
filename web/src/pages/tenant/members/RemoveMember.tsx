import { useTranslation } from "react-i18next";
import { api, type Schemas } from "@/api/client";
import { ConfirmDialog } from "@/components/ConfirmDialog";

export interface RemoveMemberProps {
  tenantId: string;
  member: Schemas["Member"];
  onClose: () => void;
  onRemoved: () => void;
}

export function RemoveMember({ tenantId, member, onClose, onRemoved }: RemoveMemberProps) {
  const { t } = useTranslation("tenant");
  const remove = async () => {
    await api.DELETE("/api/v1/tenants/{tenant_id}/members/{person_id}", {
      params: { path: { tenant_id: tenantId, person_id: member.person_id } },
    });
    onRemoved();
  };
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      onConfirm={remove}
      title={t("members.removeOf", { name: member.display_name || member.email })}
      confirm={t("common:action.remove")}
      dangerous
    >
      {t("members.removeExplained")}
    </ConfirmDialog>
  );
}
