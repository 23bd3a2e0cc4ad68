import { Button, Group, Loader, Text } from "@mantine/core";
import { IconChecks, IconPencil } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/ErrorState";
import { StatusBadge } from "@/components/StatusBadge";
import { useFormats } from "@/components/useFormats";
import classes from "./ProjectLayout.module.css";
import { figuresQuery, type Permissions, projectQuery, usePermissions, useProjectPath } from "./queries";

interface Tab {
  readonly name: string;
  readonly to: string;
  readonly visible: (may: Permissions) => boolean;
}

const ROOT = "/tenants/$tenantId/projects/$projectId";
const TABS: readonly Tab[] = [
  { name: "overview", to: ROOT, visible: () => true },
  { name: "data", to: `${ROOT}/data`, visible: (may) => may.view },
  { name: "interface", to: `${ROOT}/interface`, visible: (may) => may.view },
  { name: "instructions", to: `${ROOT}/instructions`, visible: () => true },
  { name: "workflow", to: `${ROOT}/workflow`, visible: (may) => may.view },
  { name: "people", to: `${ROOT}/people`, visible: (may) => may.produce },
  { name: "imports", to: `${ROOT}/imports`, visible: (may) => may.produce },
  { name: "exports", to: `${ROOT}/exports`, visible: (may) => may.produce },
  { name: "versions", to: `${ROOT}/versions`, visible: (may) => may.view },
  { name: "settings", to: `${ROOT}/settings`, visible: (may) => may.produce },
];

/** What is around every page of a project: its name and state, its pages, and the way to the work. */
export function ProjectLayout() {
  const { t } = useTranslation("project");
  const path = useProjectPath();
  const project = useQuery(projectQuery(path));
  const figures = useQuery(figuresQuery(path));
  const may = usePermissions(path);
  if (project.error !== null && project.data === undefined)
    return <ErrorState error={project.error} onRetry={() => project.refetch()} />;
  if (project.data === undefined) return <Loader aria-label={t("loading")} />;
  const tasks = figures.data?.project?.tasks;
  const counts: Partial<Record<string, number>> = {
    data: tasks && Object.values(tasks).reduce((sum, count) => sum + count, 0),
  };
  return (
    <>
      <Group justify="space-between" mb="xs" gap="sm">
        <Group gap="sm">
          <Text fw={600} size="lg">
            {project.data.name}
          </Text>
          <StatusBadge state={project.data.state} />
        </Group>
        <WorkButtons may={may} active={project.data.state === "active"} waiting={tasks?.review ?? 0} />
      </Group>
      <nav className={classes.navigation} aria-label={t("navigation")}>
        {TABS.filter((tab) => tab.visible(may)).map((tab) => (
          <TabLink key={tab.name} tab={tab} count={counts[tab.name]} />
        ))}
      </nav>
      <Outlet />
    </>
  );
}

function TabLink({ tab, count }: { tab: Tab; count: number | undefined }) {
  const { t } = useTranslation("project");
  const formats = useFormats();
  const { tenant_id: tenantId, project_id: projectId } = useProjectPath();
  return (
    <Link
      to={tab.to}
      params={{ tenantId, projectId }}
      className={classes.tab}
      activeOptions={{ exact: tab.name === "overview" }}
    >
      {t(`tab.${tab.name}`)}
      {count !== undefined && <span className={classes.count}>{formats.number(count)}</span>}
    </Link>
  );
}

function WorkButtons({ may, active, waiting }: { may: Permissions; active: boolean; waiting: number }) {
  const { t } = useTranslation("project");
  const formats = useFormats();
  const { tenant_id: tenantId, project_id: projectId } = useProjectPath();
  const params = { tenantId, projectId };
  if (!active) return null;
  return (
    <Group gap="xs">
      {may.review && (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconChecks size={16} />}
          renderRoot={(props) => (
            <Link to="/tenants/$tenantId/projects/$projectId/review" params={params} {...props} />
          )}
        >
          {waiting > 0 ? t("reviewWaiting", { waiting: formats.number(waiting) }) : t("review")}
        </Button>
      )}
      {may.annotate && (
        <Button
          size="xs"
          leftSection={<IconPencil size={16} />}
          renderRoot={(props) => (
            <Link to="/tenants/$tenantId/projects/$projectId/annotate" params={params} {...props} />
          )}
        >
          {t("annotate")}
        </Button>
      )}
    </Group>
  );
}
