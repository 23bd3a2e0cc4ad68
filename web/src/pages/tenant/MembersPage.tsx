import { Button, TextInput } from "@mantine/core";
import { IconUserPlus, IconUsers } from "@tabler/icons-react";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { useMembership } from "@/app/session";
import { DataTable } from "@/components/data-table/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { PageHeader } from "@/components/PageHeader";
import { useKeysetList } from "@/components/useKeysetList";
import { InviteForm, MemberForm } from "@/pages/tenant/members/MemberForm";
import { useMemberColumns } from "@/pages/tenant/members/member-columns";
import { RemoveMember } from "@/pages/tenant/members/RemoveMember";
import { type GivenLink, SignInLinkDialog } from "@/pages/tenant/members/SignInLinkDialog";

type Member = Schemas["Member"];
type Open = { dialog: "invite" } | { dialog: "change" | "remove"; member: Member };
const PAGE = 200;
const idOf = (member: Member) => member.person_id;

/** Who works in a tenant, as what, and where. */
export function MembersPage() {
  const { t } = useTranslation("tenant");
  const { tenantId } = useParams({ from: "/shell/tenants/$tenantId/members" });
  const membership = useMembership(tenantId);
  const [open, setOpen] = useState<Open | null>(null);
  const [given, setGiven] = useState<GivenLink | null>(null);
  const [search, setSearch] = useState("");
  const list = useMembers(tenantId);
  const columns = useMemberColumns(tenantId, {
    onChange: (member) => setOpen({ dialog: "change", member }),
    onRemove: (member) => setOpen({ dialog: "remove", member }),
    onLink: setGiven,
  });
  const close = () => setOpen(null);
  const sought = search.trim().toLocaleLowerCase();
  const rows = list.rows.filter((member) =>
    `${member.display_name} ${member.email}`.toLocaleLowerCase().includes(sought),
  );
  const invite = (
    <Button size="xs" leftSection={<IconUserPlus size={16} />} onClick={() => setOpen({ dialog: "invite" })}>
      {t("members.invite")}
    </Button>
  );
  return (
    <>
      <PageHeader title={t("members.title")} description={membership?.tenant_name} actions={invite} />
      {list.error !== null && <ErrorState error={list.error} onRetry={list.reload} />}
      <DataTable
        label={t("members.title")}
        columns={columns}
        rows={rows}
        rowId={idOf}
        rowHeight={48}
        loading={list.loading}
        loadingMore={list.loadingMore}
        hasMore={list.hasMore}
        onLoadMore={list.loadMore}
        onOpen={(member) => setOpen({ dialog: "change", member })}
        toolbar={
          <TextInput
            size="xs"
            maw={260}
            aria-label={t("members.search")}
            placeholder={t("members.search")}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        }
        empty={<EmptyState icon={IconUsers} title={t("members.none")} action={invite} />}
      />
      {open?.dialog === "invite" && (
        <InviteForm
          tenantId={tenantId}
          onClose={close}
          onInvited={(member) => {
            list.reload();
            setGiven({ name: member.display_name || (member.email ?? ""), link: member.sign_in_link });
          }}
        />
      )}
      {open?.dialog === "change" && (
        <MemberForm tenantId={tenantId} member={open.member} onClose={close} onChanged={list.reload} />
      )}
      {open?.dialog === "remove" && (
        <RemoveMember tenantId={tenantId} member={open.member} onClose={close} onRemoved={list.reload} />
      )}
      {given !== null && <SignInLinkDialog given={given} onClose={() => setGiven(null)} />}
    </>
  );
}

function useMembers(tenantId: string) {
  return useKeysetList(["members", tenantId], (cursor) =>
    got(
      api.GET("/api/v1/tenants/{tenant_id}/members", {
        params: { path: { tenant_id: tenantId }, query: { cursor, limit: PAGE } },
      }),
    ),
  );
}
