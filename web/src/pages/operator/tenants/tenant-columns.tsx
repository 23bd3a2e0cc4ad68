import { UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import type { Column } from "@/components/data-table/columns";
import { RelativeTime } from "@/components/RelativeTime";
import { StatusBadge } from "@/components/StatusBadge";

type Tenant = Schemas["Tenant"];

/** The columns of the tenants of the installation. */
export function useTenantColumns(onOpen: (tenant: Tenant) => void): readonly Column<Tenant>[] {
  const { t } = useTranslation("operator");
  return [
    {
      id: "name",
      header: t("tenants.name"),
      width: 240,
      grow: 1,
      hideable: false,
      cell: (tenant) => (
        <UnstyledButton fz="sm" c="var(--mantine-color-anchor)" onClick={() => onOpen(tenant)}>
          {tenant.name}
        </UnstyledButton>
      ),
    },
    { id: "state", header: t("tenants.state"), cell: ({ state }) => <StatusBadge state={state} /> },
    { id: "id", header: t("tenants.id"), width: 320, cell: ({ id }) => <code>{id}</code> },
    {
      id: "created",
      header: t("tenants.created"),
      width: 140,
      cell: (tenant) => <RelativeTime at={tenant.created_at} />,
    },
  ];
}
