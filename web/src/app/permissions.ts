import type { Membership } from "@/app/session";

export type TenantPage = "projects" | "members" | "apiKeys" | "webhooks" | "log";

/** The tenant's pages that a member may use; the server decides each request by itself. */
export function tenantPages({
  role,
  projects,
}: Pick<Membership, "role" | "projects">): readonly TenantPage[] {
  const whole = projects === null;
  if (role === "owner" && whole) return ["projects", "members", "apiKeys", "webhooks", "log"];
  if (role === "manager" && whole) return ["projects", "members", "webhooks", "log"];
  return ["projects"];
}

/** May one make projects in the tenant? */
export function mayCreateProject(membership: Pick<Membership, "role" | "projects">): boolean {
  const { role, projects } = membership;
  return (role === "owner" || role === "manager") && projects === null;
}

/** May one annotate in the projects one has? */
export function mayAnnotate({ role }: Pick<Membership, "role">): boolean {
  return role !== "viewer" && role !== "operator";
}

/** May one review in the projects one has? */
export function mayReview({ role }: Pick<Membership, "role">): boolean {
  return role === "owner" || role === "manager" || role === "reviewer";
}

const STAFF = ["reviewer", "annotator", "viewer"] as const;

/** The roles that a member may give to others: owners all, managers those below their own. */
export function grantableRoles({ role }: Pick<Membership, "role">): readonly Membership["role"][] {
  if (role === "owner") return ["owner", "manager", ...STAFF];
  return role === "manager" ? STAFF : [];
}
