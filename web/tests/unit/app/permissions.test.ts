import { expect, test } from "vitest";
import { grantableRoles, mayCreateProject, tenantPages } from "@/app/permissions";

test("managers give no role as high as their own, and workers none", () => {
  expect(grantableRoles({ role: "owner" })).toContain("owner");
  expect(grantableRoles({ role: "manager" })).toEqual(["reviewer", "annotator", "viewer"]);
  for (const role of ["reviewer", "annotator", "viewer"] as const)
    expect(grantableRoles({ role })).toEqual([]);
});

test("who has some projects only sees none of the tenant's own pages", () => {
  expect(tenantPages({ role: "owner", projects: ["a"] })).toEqual(["projects"]);
  expect(tenantPages({ role: "owner", projects: null })).toContain("apiKeys");
  expect(tenantPages({ role: "manager", projects: null })).not.toContain("apiKeys");
  expect(mayCreateProject({ role: "manager", projects: ["a"] })).toBe(false);
});
