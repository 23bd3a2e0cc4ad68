import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { type Browser, expect, type Page, test } from "@playwright/test";
import { signedInPage } from "../end-to-end/fixtures";
import type { ProjectOfTest, Role } from "../end-to-end/support/tenant";
import { demo, projectsOf } from "./demo";

const folder = resolve(import.meta.dirname, process.env.PICTURES ?? "../../test-results/pictures");

interface Picture {
  readonly name: string;
  readonly role: Role;
  readonly path: string;
  /** What has to be seen before the picture is taken. */
  readonly ready?: (page: Page) => Promise<void>;
}

const heading = async (page: Page) => expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();

function picturesOf(tenant: string, projects: Record<string, ProjectOfTest>): Picture[] {
  const digits = projects.digits!;
  const inTenant = (name: string) => `/tenants/${tenant}${name}`;
  const pages: Picture[] = [
    { name: "home", role: "annotator", path: "/" },
    { name: "home-owner", role: "owner", path: "/" },
    { name: "account", role: "owner", path: "/account" },
    { name: "tenant", role: "owner", path: inTenant("") },
    { name: "members", role: "owner", path: inTenant("/members") },
    { name: "api-keys", role: "owner", path: inTenant("/api-keys") },
    { name: "webhooks", role: "owner", path: inTenant("/webhooks") },
    { name: "log", role: "owner", path: inTenant("/log") },
    { name: "new-project", role: "owner", path: inTenant("/new-project") },
  ];
  const screens = [
    "",
    "data",
    "interface",
    "instructions",
    "workflow",
    "people",
    "imports",
    "exports",
    "versions",
    "settings",
  ];
  for (const screen of screens) {
    pages.push({ name: `project-${screen || "overview"}`, role: "owner", path: digits.page(screen) });
  }
  for (const [slug, project] of Object.entries(projects)) {
    pages.push({
      name: `annotate-${slug}`,
      role: "annotator",
      path: project.page("annotate"),
      ready: settled,
    });
    pages.push({ name: `review-${slug}`, role: "reviewer", path: project.page("review"), ready: settled });
  }
  return pages;
}

/** Nothing more comes over the network, and what moved stands still. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
}

async function take(
  browser: Browser,
  address: string,
  email: string,
  scheme: "light" | "dark",
  pictures: Picture[],
) {
  const context = await browser.newContext({
    baseURL: address,
    colorScheme: scheme,
    viewport: { width: 1440, height: 900 },
    reducedMotion: "reduce",
  });
  const page = await signedInPage(context, address, email);
  for (const picture of pictures) {
    await page.goto(picture.path);
    await (picture.ready ?? heading)(page);
    await settled(page);
    await page.screenshot({ path: resolve(folder, `${picture.name}-${scheme}.png`) });
  }
  await context.close();
}

test("pictures of every page and editor", async ({ browser }) => {
  mkdirSync(folder, { recursive: true });
  const { installation, tenant } = await demo();
  try {
    const pictures = picturesOf(tenant.id, await projectsOf(tenant));
    for (const role of new Set(pictures.map((each) => each.role))) {
      for (const scheme of ["light", "dark"] as const) {
        const those = pictures.filter((each) => each.role === role);
        await take(browser, installation.address, await tenant.member(role), scheme, those);
      }
    }
  } finally {
    await installation.remove();
  }
});
