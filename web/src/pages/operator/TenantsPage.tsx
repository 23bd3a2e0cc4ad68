import { Button, TextInput } from "@mantine/core";
import { IconPlus, IconWorld } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { DataTable } from "@/components/data-table/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { PageHeader } from "@/components/PageHeader";
import { useTenants } from "@/pages/operator/tenants/queries";
import { TenantDrawer } from "@/pages/operator/tenants/TenantDrawer";
import { AppointForm, NewTenantForm } from "@/pages/operator/tenants/TenantForms";
import { useTenantColumns } from "@/pages/operator/tenants/tenant-columns";
import { type GivenLink, SignInLinkDialog } from "@/pages/tenant/members/SignInLinkDialog";

type Tenant = Schemas["Tenant"];
type Open = { dialog: "create" } | { dialog: "details" | "appoint"; tenant: Tenant };
const idOf = (tenant: Tenant) => tenant.id;

/** The tenants of the installation. Operators look after them and see nothing in them. */
export function TenantsPage() {
  const { t } = useTranslation("operator");
  const [open, setOpen] = useState<Open | null>(null);
  const [given, setGiven] = useState<GivenLink | null>(null);
  const [search, setSearch] = useState("");
  const list = useTenants();
  const columns = useTenantColumns((tenant) => setOpen({ dialog: "details", tenant }));
  const close = () => setOpen(null);
  const appointed = (owner: Schemas["AppointedOwner"] | null) => {
    list.reload();
    if (owner !== null) setGiven({ name: owner.email, link: owner.sign_in_link });
  };
  const sought = search.trim().toLocaleLowerCase();
  const create = (
    <Button size="xs" leftSection={<IconPlus size={16} />} onClick={() => setOpen({ dialog: "create" })}>
      {t("tenants.create")}
    </Button>
  );
  return (
    <>
      <PageHeader title={t("tenants.title")} description={t("tenants.explained")} actions={create} />
      {list.error !== null && <ErrorState error={list.error} onRetry={list.reload} />}
      <DataTable
        label={t("tenants.title")}
        columns={columns}
        rows={list.rows.filter(({ name }) => name.toLocaleLowerCase().includes(sought))}
        rowId={idOf}
        loading={list.loading}
        loadingMore={list.loadingMore}
        hasMore={list.hasMore}
        onLoadMore={list.loadMore}
        onOpen={(tenant) => setOpen({ dialog: "details", tenant })}
        toolbar={
          <TextInput
            size="xs"
            maw={260}
            aria-label={t("tenants.search")}
            placeholder={t("tenants.search")}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        }
        empty={<EmptyState icon={IconWorld} title={t("tenants.empty")} action={create} />}
      />
      {open?.dialog === "create" && <NewTenantForm onClose={close} onCreated={appointed} />}
      {open?.dialog === "appoint" && (
        <AppointForm tenant={open.tenant} onClose={close} onAppointed={appointed} />
      )}
      {open?.dialog === "details" && (
        <TenantDrawer
          tenant={open.tenant}
          onClose={close}
          onAppoint={() => setOpen({ dialog: "appoint", tenant: open.tenant })}
        />
      )}
      {given !== null && <SignInLinkDialog given={given} onClose={() => setGiven(null)} />}
    </>
  );
}
