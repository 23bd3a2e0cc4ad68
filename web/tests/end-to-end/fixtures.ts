/**
 * What every end-to-end test stands on: `import { expect, test } from "./fixtures"`.
 *
 *   test("...", async ({ tenant, signIn }) => {
 *     const project = await tenant.project({ interface: {...}, items: [{ text: "..." }] });
 *     const page = await signIn("annotator");          // a browser of its own, signed in
 *     await page.goto(project.page("annotate"));
 *   });
 */
import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";
import { Installation } from "./support/installation";
import { PASSWORD, type Role, Tenant } from "./support/tenant";

interface TestFixtures {
  /** A page of a browser in which a member with this role is signed in; `name` tells two apart. */
  signIn: (role: Role, name?: string) => Promise<Page>;
  /** An installation for one test, which may stop and start it. */
  ownInstallation: Installation;
}

interface WorkerFixtures {
  address: string;
  operatorKey: string;
  /** A tenant that the tests of one worker share; projects keep them apart. */
  tenant: Tenant;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  address: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads which fixtures are wanted from the pattern
    async ({}, use) => use(process.env.ASSAY_TEST_ADDRESS ?? ""),
    { scope: "worker" },
  ],
  operatorKey: [
    // biome-ignore lint/correctness/noEmptyPattern: as above
    async ({}, use) => use(process.env.ASSAY_TEST_OPERATOR_KEY ?? ""),
    { scope: "worker" },
  ],
  tenant: [
    async ({ address, operatorKey }, use) => use(await Tenant.create(address, operatorKey)),
    { scope: "worker" },
  ],
  baseURL: async ({ address }, use) => use(address),
  signIn: async ({ browser, tenant, contextOptions }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (role, name) => {
      const context = await browser.newContext({ ...contextOptions, baseURL: tenant.address });
      contexts.push(context);
      return signedInPage(context, tenant.address, await tenant.member(role, name));
    });
    for (const context of contexts) await context.close();
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above
  ownInstallation: async ({}, use) => {
    const installation = await Installation.create();
    await use(installation);
    await installation.remove();
  },
});

/** A page in which the person with this e-mail is signed in. Violations of the content policy fail the test. */
export async function signedInPage(context: BrowserContext, address: string, email: string): Promise<Page> {
  const answer = await context.request.post(`${address}/api/v1/sessions`, {
    data: { email, password: PASSWORD },
    headers: { origin: address },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) throw new Error(message.text());
  });
  page.on("pageerror", (error) => {
    throw error;
  });
  return page;
}

export { expect, Installation, PASSWORD, Tenant };
