import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, signedInPage, test } from "./fixtures";
import { PASSWORD } from "./support/tenant";

const SCHEMES = ["light", "dark"] as const;
const RULES = ["wcag2a", "wcag2aa"];
const INTERFACE = {
  version: 1,
  inputs: [{ name: "text", type: "text", source: "$.text" }],
  fields: [
    { name: "mood", type: "choice", title: "Mood", options: [{ value: "good" }, { value: "bad" }] },
    { name: "note", type: "text", title: "Note", required: false },
  ],
};
const ITEMS = Array.from({ length: 3 }, (_, index) => ({ text: `A text to read, number ${index}` }));

const TENANT_PAGES = ["", "/members", "/api-keys", "/webhooks", "/log", "/new-project"];
const PROJECT_PAGES = [
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

/** Where the page breaks a rule, as text that tells what and where. */
async function violations(page: Page, path: string): Promise<readonly string[]> {
  await page.goto(path);
  await expect(page.getByRole("heading").first()).toBeVisible();
  await expect(page.locator("[aria-busy=true], .mantine-Loader-root")).toHaveCount(0);
  const found = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${path} ${id}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`),
  );
}

async function expectNone(page: Page, paths: readonly string[]): Promise<void> {
  const found: string[] = [];
  for (const path of paths) found.push(...(await violations(page, path)));
  expect(found).toEqual([]);
}

for (const scheme of SCHEMES)
  test.describe(`in the ${scheme} scheme`, () => {
    test.use({ colorScheme: scheme });

    test("signing in", async ({ page }) => {
      await expectNone(page, ["/sign-in", "/sign-in/some-token"]);
    });

    test("one's own pages", async ({ signIn, tenant }) => {
      await tenant.project({ interface: INTERFACE, items: ITEMS });
      await expectNone(await signIn("owner"), ["/", "/account", "/tenants/no/such/page"]);
    });

    test("the pages of a tenant", async ({ signIn, tenant }) => {
      await tenant.project({ interface: INTERFACE });
      const pages = TENANT_PAGES.map((page) => `/tenants/${tenant.id}${page}`);
      await expectNone(await signIn("owner"), pages);
    });

    for (const name of PROJECT_PAGES)
      test(`the page of a project: ${name || "overview"}`, async ({ signIn, tenant }) => {
        const project = await tenant.project({ interface: INTERFACE, items: ITEMS });
        await expectNone(await signIn("owner"), [project.page(name)]);
      });

    test("an item", async ({ signIn, tenant }) => {
      const project = await tenant.project({ interface: INTERFACE });
      const added = await project.add(ITEMS);
      const page = await signIn("owner");
      await expectNone(page, [project.page(`items/${added.items[0]}`)]);
    });

    test("the workbench", async ({ signIn, tenant }) => {
      const project = await tenant.project({ interface: INTERFACE, items: ITEMS });
      await expectNone(await signIn("annotator"), [project.page("annotate")]);
    });

    test("the review", async ({ signIn, tenant }) => {
      const project = await tenant.project({
        interface: INTERFACE,
        items: ITEMS.slice(0, 1),
        workflow: { review: { sample: 1 } },
      });
      const annotator = await signIn("annotator");
      await annotator.goto(project.page("annotate"));
      await expect(annotator.getByText(ITEMS[0]?.text ?? "", { exact: true }).first()).toBeVisible();
      await annotator.keyboard.press("1");
      await annotator.keyboard.press("Enter");
      await expect
        .poll(async () => {
          const { items } = await project.call<{ items: { state: string }[] }>("GET", "/tasks?limit=1");
          return items[0]?.state;
        })
        .toBe("review");
      await expectNone(await signIn("reviewer"), [project.page("review")]);
    });

    test("the dialogs", async ({ signIn, tenant }) => {
      const page = await signIn("owner");
      const open = async (path: string, button: string) => {
        await page.goto(`/tenants/${tenant.id}${path}`);
        await page.getByRole("button", { name: button }).first().click();
        await expect(page.getByRole("dialog")).toBeVisible();
        const found = await new AxeBuilder({ page }).include("[role=dialog]").withTags(RULES).analyze();
        expect(found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      };
      await open("/members", "Invite a member");
      await open("/api-keys", "New API key");
      await open("/webhooks", "New webhook");
    });

    test("the operator's pages", async ({ browser, contextOptions, ownInstallation: installation }) => {
      const address = installation.address;
      const link = await installation.operator("create-link", "operator@example.com");
      const context = await browser.newContext({ ...contextOptions, baseURL: address });
      const headers = { origin: address };
      const token = link.split("/").at(-1);
      await context.request.post(`${address}/api/v1/sessions/link`, { data: { token }, headers });
      const password = { new_password: PASSWORD };
      await context.request.put(`${address}/api/v1/me/password`, { data: password, headers });
      const page = await signedInPage(context, address, "operator@example.com");
      await expectNone(page, ["/", "/operator/tenants", "/operator/keys", "/operator/health"]);
      await context.close();
    });
  });
