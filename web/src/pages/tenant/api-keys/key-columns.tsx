import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import type { Column } from "@/components/data-table/columns";
import { RelativeTime } from "@/components/RelativeTime";
import { RowMenu } from "@/components/RowMenu";
import { ScopeText } from "@/components/ScopeText";
import { StatusBadge } from "@/components/StatusBadge";
import { useFormats } from "@/components/useFormats";
import { useProjectChoices } from "@/pages/tenant/projects";

type ApiKey = Schemas["ApiKey"];

/** Does the key still open anything? */
export function isUsable(key: ApiKey): boolean {
  return keyState(key, Date.now()) === "active";
}

function keyState(key: ApiKey, now: number): "active" | "revoked" | "expired" {
  if (key.revoked_at !== null) return "revoked";
  return key.expires_at !== null && Date.parse(key.expires_at) <= now ? "expired" : "active";
}

/** What is told of every key, also of the operators'. */
export function useKeyFacts(onRevoke: (key: ApiKey) => void): {
  name: Column<ApiKey>;
  rest: readonly Column<ApiKey>[];
} {
  const { t } = useTranslation("tenant");
  const formats = useFormats();
  return {
    name: {
      id: "name",
      header: t("keys.name"),
      width: 220,
      grow: 2,
      hideable: false,
      cell: (key) => key.name,
    },
    rest: [
      { id: "prefix", header: t("keys.prefix"), width: 220, cell: (key) => <code>{key.prefix}…</code> },
      {
        id: "state",
        header: t("state"),
        width: 110,
        cell: (key) => <StatusBadge state={keyState(key, Date.now())} />,
      },
      {
        id: "used",
        header: t("keys.lastUsed"),
        width: 130,
        cell: (key) => (key.last_used_at === null ? t("keys.never") : <RelativeTime at={key.last_used_at} />),
      },
      {
        id: "expires",
        header: t("keys.expires"),
        width: 130,
        cell: (key) => (key.expires_at === null ? t("keys.never") : formats.date(key.expires_at)),
      },
      {
        id: "created",
        header: t("created"),
        width: 120,
        cell: (key) => <RelativeTime at={key.created_at} />,
      },
      {
        id: "actions",
        header: "",
        width: 52,
        align: "right",
        hideable: false,
        cell: (key) =>
          isUsable(key) && (
            <RowMenu
              label={t("keys.actionsOf", { name: key.name })}
              entries={[{ label: t("common:action.revoke"), onChoose: () => onRevoke(key), dangerous: true }]}
            />
          ),
      },
    ],
  };
}

/** The columns of the keys of a tenant. */
export function useKeyColumns(tenantId: string, onRevoke: (key: ApiKey) => void): readonly Column<ApiKey>[] {
  const { t } = useTranslation("tenant");
  const projects = useProjectChoices(tenantId);
  const names = useMemo(() => new Map(projects.map(({ id, name }) => [id, name])), [projects]);
  const { name, rest } = useKeyFacts(onRevoke);
  return [
    name,
    {
      id: "role",
      header: t("common:role.label"),
      width: 110,
      cell: (key) => t(`common:role.${key.role}`),
    },
    {
      id: "projects",
      header: t("common:projects.label"),
      width: 140,
      grow: 1,
      cell: (key) => <ScopeText projects={key.projects} names={names} />,
    },
    ...rest,
  ];
}
