import { expect, test } from "vitest";
import { mayCreateProject, tenantPages } from "@/app/permissions";
import { safeNext } from "@/app/session";

test("after signing in one goes to paths of ours only", () => {
  expect(safeNext("/tenants/a?x=1#y")).toBe("/tenants/a?x=1#y");
  for (const hostile of [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "",
    7,
  ])
    expect(safeNext(hostile)).toBe("/");
});

test("a member sees the pages that the role may use", () => {
  expect(tenantPages({ role: "owner", projects: null })).toContain("apiKeys");
  expect(tenantPages({ role: "manager", projects: null })).not.toContain("apiKeys");
  expect(tenantPages({ role: "manager", projects: ["p"] })).toEqual(["projects"]);
  expect(tenantPages({ role: "annotator", projects: null })).toEqual(["projects"]);
  expect(mayCreateProject({ role: "owner", projects: ["p"] })).toBe(false);
});
