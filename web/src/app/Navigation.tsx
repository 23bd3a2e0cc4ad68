import { NavLink, Text } from "@mantine/core";
import {
  type Icon,
  IconActivity,
  IconFolders,
  IconHome,
  IconKey,
  IconListSearch,
  IconUsers,
  IconWebhook,
  IconWorld,
} from "@tabler/icons-react";
import { Link, useRouterState } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type TenantPage, tenantPages } from "@/app/permissions";
import type { Me, Membership } from "@/app/session";

const TENANT: Readonly<Record<TenantPage, { path: string; icon: Icon }>> = {
  projects: { path: "", icon: IconFolders },
  members: { path: "/members", icon: IconUsers },
  apiKeys: { path: "/api-keys", icon: IconKey },
  webhooks: { path: "/webhooks", icon: IconWebhook },
  log: { path: "/log", icon: IconListSearch },
};

/** The pages that one may go to from here. */
export function Navigation({ me, tenant }: { me: Me; tenant: Membership | undefined }) {
  const { t } = useTranslation();
  const shown = tenant === undefined ? me.memberships : [tenant];
  return (
    <>
      <Entry to="/" label={t("shell.home")} icon={IconHome} />
      {shown.map((membership) => (
        <div key={membership.tenant_id}>
          <Heading>{membership.tenant_name}</Heading>
          {tenantPages(membership).map((page) => (
            <Entry
              key={page}
              to={`/tenants/${membership.tenant_id}${TENANT[page].path}`}
              label={t(`nav.${page}`)}
              icon={TENANT[page].icon}
            />
          ))}
        </div>
      ))}
      {me.operator && (
        <div>
          <Heading>{t("nav.operator")}</Heading>
          <Entry to="/operator/tenants" label={t("nav.tenants")} icon={IconWorld} />
          <Entry to="/operator/keys" label={t("nav.keys")} icon={IconKey} />
          <Entry to="/operator/health" label={t("nav.health")} icon={IconActivity} />
        </div>
      )}
    </>
  );
}

function Heading({ children }: { children: string }) {
  return (
    <Text size="xs" c="dimmed" fw={600} px="sm" pt="sm" pb={4} truncate>
      {children}
    </Text>
  );
}

function Entry({ to, label, icon: Picture }: { to: string; label: string; icon: Icon }) {
  const here = useRouterState({ select: (state) => state.location.pathname === to });
  return (
    <NavLink
      active={here}
      aria-current={here ? "page" : undefined}
      label={label}
      leftSection={<Picture size={16} stroke={1.6} aria-hidden />}
      renderRoot={(props) => <Link to={to} activeOptions={{ exact: true }} {...props} />}
    />
  );
}
