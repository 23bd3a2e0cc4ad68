import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { FailedPage } from "@/app/FailedPage";
import { NotFoundPage } from "@/app/NotFoundPage";
import { Shell } from "@/app/Shell";

const root = createRootRoute();

/** Pages inside the shell: header and navigation around them. */
const shell = createRoute({ getParentRoute: () => root, id: "shell", component: Shell });

const project = createRoute({
  getParentRoute: () => shell,
  path: "/tenants/$tenantId/projects/$projectId",
  component: lazyRouteComponent(() => import("@/pages/project/ProjectLayout"), "ProjectLayout"),
});
const home = createRoute({
  getParentRoute: () => shell,
  path: "/",
  component: lazyRouteComponent(() => import("@/pages/home/HomePage"), "HomePage"),
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { next?: string } =>
    typeof search.next === "string" ? { next: search.next } : {},
  component: lazyRouteComponent(() => import("@/pages/sign-in/SignInPage"), "SignInPage"),
});
const signInLink = createRoute({
  getParentRoute: () => root,
  path: "/sign-in/$token",
  component: lazyRouteComponent(() => import("@/pages/sign-in/SignInLinkPage"), "SignInLinkPage"),
});
const account = createRoute({
  getParentRoute: () => shell,
  path: "/account",
  validateSearch: (search: Record<string, unknown>): { first?: true } =>
    search.first === true ? { first: true } : {},
  component: lazyRouteComponent(() => import("@/pages/account/AccountPage"), "AccountPage"),
});
const tenant = createRoute({
  getParentRoute: () => shell,
  path: "/tenants/$tenantId",
  component: lazyRouteComponent(() => import("@/pages/tenant/TenantPage"), "TenantPage"),
});
const tenantMembers = createRoute({
  getParentRoute: () => shell,
  path: "/tenants/$tenantId/members",
  component: lazyRouteComponent(() => import("@/pages/tenant/MembersPage"), "MembersPage"),
});
const tenantApiKeys = createRoute({
  getParentRoute: () => shell,
  path: "/tenants/$tenantId/api-keys",
  component: lazyRouteComponent(() => import("@/pages/tenant/ApiKeysPage"), "ApiKeysPage"),
});
const tenantLog = createRoute({
  getParentRoute: () => shell,
  path: "/tenants/$tenantId/log",
  component: lazyRouteComponent(() => import("@/pages/tenant/LogPage"), "LogPage"),
});
const tenantWebhooks = createRoute({
  getParentRoute: () => shell,
  path: "/tenants/$tenantId/webhooks",
  component: lazyRouteComponent(() => import("@/pages/tenant/WebhooksPage"), "WebhooksPage"),
});
const tenantNewProject = createRoute({
  getParentRoute: () => shell,
  path: "/tenants/$tenantId/new-project",
  component: lazyRouteComponent(() => import("@/pages/tenant/NewProjectPage"), "NewProjectPage"),
});
const projectOverview = createRoute({
  getParentRoute: () => project,
  path: "/",
  component: lazyRouteComponent(() => import("@/pages/project/OverviewPage"), "OverviewPage"),
});
const projectData = createRoute({
  getParentRoute: () => project,
  path: "data",
  component: lazyRouteComponent(() => import("@/pages/project/DataPage"), "DataPage"),
});
const projectItem = createRoute({
  getParentRoute: () => project,
  path: "items/$itemId",
  component: lazyRouteComponent(() => import("@/pages/project/ItemPage"), "ItemPage"),
});
const projectInterface = createRoute({
  getParentRoute: () => project,
  path: "interface",
  component: lazyRouteComponent(() => import("@/pages/project/InterfacePage"), "InterfacePage"),
});
const projectInstructions = createRoute({
  getParentRoute: () => project,
  path: "instructions",
  component: lazyRouteComponent(() => import("@/pages/project/InstructionsPage"), "InstructionsPage"),
});
const projectWorkflow = createRoute({
  getParentRoute: () => project,
  path: "workflow",
  component: lazyRouteComponent(() => import("@/pages/project/WorkflowPage"), "WorkflowPage"),
});
const projectPeople = createRoute({
  getParentRoute: () => project,
  path: "people",
  component: lazyRouteComponent(() => import("@/pages/project/PeoplePage"), "PeoplePage"),
});
const projectImports = createRoute({
  getParentRoute: () => project,
  path: "imports",
  component: lazyRouteComponent(() => import("@/pages/project/ImportsPage"), "ImportsPage"),
});
const projectExports = createRoute({
  getParentRoute: () => project,
  path: "exports",
  component: lazyRouteComponent(() => import("@/pages/project/ExportsPage"), "ExportsPage"),
});
const projectVersions = createRoute({
  getParentRoute: () => project,
  path: "versions",
  component: lazyRouteComponent(() => import("@/pages/project/VersionsPage"), "VersionsPage"),
});
const projectVersion = createRoute({
  getParentRoute: () => project,
  path: "versions/$versionId",
  component: lazyRouteComponent(() => import("@/pages/project/VersionPage"), "VersionPage"),
});
const projectSettings = createRoute({
  getParentRoute: () => project,
  path: "settings",
  component: lazyRouteComponent(() => import("@/pages/project/SettingsPage"), "SettingsPage"),
});
const operatorTenants = createRoute({
  getParentRoute: () => shell,
  path: "/operator/tenants",
  component: lazyRouteComponent(() => import("@/pages/operator/TenantsPage"), "TenantsPage"),
});
const operatorHealth = createRoute({
  getParentRoute: () => shell,
  path: "/operator/health",
  component: lazyRouteComponent(() => import("@/pages/operator/HealthPage"), "HealthPage"),
});
const operatorKeys = createRoute({
  getParentRoute: () => shell,
  path: "/operator/keys",
  component: lazyRouteComponent(() => import("@/pages/operator/KeysPage"), "KeysPage"),
});
/** The editors have the whole screen. */
const workbench = createRoute({
  getParentRoute: () => root,
  path: "/tenants/$tenantId/projects/$projectId/annotate",
  component: lazyRouteComponent(() => import("@/workbench/WorkbenchPage"), "WorkbenchPage"),
});
/** The editors have the whole screen. */
const review = createRoute({
  getParentRoute: () => root,
  path: "/tenants/$tenantId/projects/$projectId/review",
  component: lazyRouteComponent(() => import("@/review/ReviewPage"), "ReviewPage"),
});

const routeTree = root.addChildren([
  shell.addChildren([
    home,
    account,
    tenant,
    tenantMembers,
    tenantApiKeys,
    tenantLog,
    tenantWebhooks,
    tenantNewProject,
    operatorTenants,
    operatorHealth,
    operatorKeys,
    project.addChildren([
      projectOverview,
      projectData,
      projectItem,
      projectInterface,
      projectInstructions,
      projectWorkflow,
      projectPeople,
      projectImports,
      projectExports,
      projectVersions,
      projectVersion,
      projectSettings,
    ]),
  ]),
  signIn,
  signInLink,
  workbench,
  review,
]);
export const router = createRouter({
  routeTree,
  defaultPreload: "intent",
  defaultNotFoundComponent: NotFoundPage,
  defaultErrorComponent: FailedPage,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
