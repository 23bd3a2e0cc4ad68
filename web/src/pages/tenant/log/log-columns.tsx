import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import type { Column } from "@/components/data-table/columns";
import { useFormats } from "@/components/useFormats";
import { useProjectChoices } from "@/pages/tenant/projects";

export type LogRow = Schemas["LogRow"];

const MOST_MEMBERS = 500;
const NOBODY: readonly Schemas["Member"][] = [];

/** What the log's ids are called. Who is a member no more stays a pseudonym. */
export function useLogNames(tenantId: string) {
  const projects = useProjectChoices(tenantId);
  const { data } = useQuery({
    queryKey: ["member-names", tenantId],
    queryFn: () =>
      got(
        api.GET("/api/v1/tenants/{tenant_id}/members", {
          params: { path: { tenant_id: tenantId }, query: { limit: MOST_MEMBERS } },
        }),
      ),
  });
  const members = data?.items ?? NOBODY;
  return useMemo(() => {
    const people = new Map(
      members.map((member) => [member.pseudonym, member.display_name || (member.email ?? "")]),
    );
    const places = new Map(projects.map(({ id, name }) => [id, name]));
    return {
      who: (principal: string) => people.get(principal) ?? principal,
      project: (id: string | null) => (id === null ? "" : (places.get(id) ?? id)),
    };
  }, [members, projects]);
}

/** The columns of the log of a tenant. */
export function useLogColumns(tenantId: string): readonly Column<LogRow>[] {
  const { t } = useTranslation("tenant");
  const formats = useFormats();
  const names = useLogNames(tenantId);
  return [
    { id: "at", header: t("log.at"), width: 236, cell: ({ at }) => formats.dateTimeWithSeconds(at) },
    { id: "who", header: t("log.who"), width: 160, grow: 1, cell: ({ principal }) => names.who(principal) },
    {
      id: "role",
      header: t("common:role.label"),
      width: 100,
      cell: ({ role }) => t(`common:role.${role}`, { defaultValue: role }),
    },
    {
      id: "action",
      header: t("log.action.header"),
      width: 220,
      grow: 1,
      hideable: false,
      cell: ({ action }) => (
        <Text size="sm" inherit title={action} component="span">
          {t(`log.action.${action.replace(".", "_")}`, { defaultValue: action })}
        </Text>
      ),
    },
    {
      id: "object",
      header: t("log.object"),
      width: 200,
      cell: ({ object_kind, object_id }) => (
        <>
          {object_kind} <code>{object_id.slice(-8)}</code>
        </>
      ),
    },
    {
      id: "project",
      header: t("log.project"),
      width: 160,
      grow: 1,
      cell: ({ project_id }) => names.project(project_id),
    },
    { id: "purpose", header: t("log.purpose"), width: 150, cell: ({ purpose }) => purpose },
  ];
}
