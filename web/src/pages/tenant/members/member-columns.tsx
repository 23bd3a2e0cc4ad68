import { Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import type { Column } from "@/components/data-table/columns";
import { messageOf } from "@/components/ErrorState";
import { RelativeTime } from "@/components/RelativeTime";
import { RowMenu } from "@/components/RowMenu";
import { ScopeText } from "@/components/ScopeText";
import type { GivenLink } from "@/pages/tenant/members/SignInLinkDialog";
import { useProjectChoices } from "@/pages/tenant/projects";

type Member = Schemas["Member"];

export interface MemberActions {
  onChange: (member: Member) => void;
  onRemove: (member: Member) => void;
  onLink: (given: GivenLink) => void;
}

/** The columns of the members of a tenant. */
export function useMemberColumns(tenantId: string, actions: MemberActions): readonly Column<Member>[] {
  const { t } = useTranslation("tenant");
  const projects = useProjectChoices(tenantId);
  const names = useMemo(() => new Map(projects.map(({ id, name }) => [id, name])), [projects]);
  const renew = useRenewLink(tenantId, actions.onLink);
  return [
    { id: "name", header: t("members.name"), width: 240, grow: 2, hideable: false, cell: nameCell },
    {
      id: "role",
      header: t("common:role.label"),
      width: 130,
      cell: (member) => t(`common:role.${member.role}`),
    },
    {
      id: "projects",
      header: t("common:projects.label"),
      width: 180,
      grow: 1,
      cell: (member) => <ScopeText projects={member.projects} names={names} />,
    },
    {
      id: "pseudonym",
      header: t("members.pseudonym"),
      width: 320,
      hiddenAtFirst: true,
      cell: (member) => <code>{member.pseudonym}</code>,
    },
    {
      id: "created",
      header: t("members.since"),
      width: 140,
      cell: (member) => <RelativeTime at={member.created_at} />,
    },
    {
      id: "actions",
      header: "",
      width: 52,
      align: "right",
      hideable: false,
      cell: (member) => (
        <RowMenu
          label={t("members.actionsOf", { name: member.display_name || member.email })}
          entries={[
            { label: t("members.change"), onChoose: () => actions.onChange(member) },
            { label: t("members.renewLink"), onChoose: () => renew.mutate(member) },
            { label: t("common:action.remove"), onChoose: () => actions.onRemove(member), dangerous: true },
          ]}
        />
      ),
    },
  ];
}

function nameCell(member: Member) {
  return (
    <Stack gap={0} miw={0}>
      <Text size="sm" truncate>
        {member.display_name || member.email}
      </Text>
      {member.display_name !== "" && (
        <Text size="xs" c="dimmed" truncate>
          {member.email}
        </Text>
      )}
    </Stack>
  );
}

function useRenewLink(tenantId: string, onLink: (given: GivenLink) => void) {
  return useMutation({
    mutationFn: (member: Member) =>
      got(
        api.POST("/api/v1/tenants/{tenant_id}/members/{person_id}/sign-in-link", {
          params: { path: { tenant_id: tenantId, person_id: member.person_id } },
        }),
      ),
    onSuccess: (link, member) => onLink({ name: member.display_name || (member.email ?? ""), link }),
    onError: (error) => notifications.show({ color: "red", message: messageOf(error) }),
  });
}
