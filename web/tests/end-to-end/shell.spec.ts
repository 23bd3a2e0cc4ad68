import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect, PASSWORD, test } from "./fixtures";

const MOOD = {
  version: 1,
  inputs: [{ name: "text", type: "text", source: "$.text" }],
  fields: [{ name: "mood", type: "choice", title: "Mood", options: [{ value: "good" }, { value: "bad" }] }],
};

async function signInByPassword(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function signOut(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
}

test("signing in leads to the page that was wanted, signing out ends it", async ({ tenant, page }) => {
  const email = await tenant.member("manager");
  const wanted = `/tenants/${tenant.id}/members`;
  await page.goto(wanted);
  await signInByPassword(page, email, "not the password of anybody");
  await expect(page.getByRole("alert")).toContainText("do not match");
  await signInByPassword(page, email, PASSWORD);
  await expect(page).toHaveURL(wanted);
  await expect(page.getByRole("heading", { name: "Members" })).toBeVisible();
  await signOut(page, "manager");
  await page.goto(wanted);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("who is invited signs in by the link, chooses a password and comes again", async ({
  tenant,
  signIn,
  page: theirs,
}) => {
  const email = `invited-${randomUUID()}@example.com`;
  const password = `chosen ${randomUUID()}`;
  const owner = await signIn("owner");
  await owner.goto(`/tenants/${tenant.id}/members`);
  await owner.getByRole("button", { name: "Invite a member" }).click();
  await owner.getByLabel("E-mail").fill(email);
  await owner.getByLabel("Name (optional)").fill("Invited");
  await owner.getByRole("radio", { name: "Reviewer" }).check();
  await owner.getByRole("button", { name: "Invite", exact: true }).click();
  const link = await owner.getByLabel("One-time link").inputValue();
  await owner.getByRole("button", { name: "I have copied it" }).click();
  await expect(owner.getByRole("row", { name: /Invited/ })).toContainText("Reviewer");

  await theirs.goto(link);
  await theirs.getByRole("button", { name: "Sign in" }).click();
  await expect(theirs.getByText("Choose a password")).toBeVisible();
  await theirs.getByLabel("New password").fill(password);
  await theirs.getByRole("button", { name: "Set the password" }).click();
  await expect(theirs.getByRole("heading", { name: "Your work" })).toBeVisible();
  await signOut(theirs, "Invited");
  await signInByPassword(theirs, email, password);
  await expect(theirs.getByRole("heading", { name: "Your work" })).toBeVisible();
  await theirs.goto(link);
  await theirs.getByRole("button", { name: "Sign in" }).click();
  await expect(theirs.getByRole("alert")).toBeVisible();
});

test("a member's role changes, and a removed one is let in no more", async ({ tenant, signIn }) => {
  const name = `leaving-${randomUUID()}`;
  const theirs = await signIn("annotator", name);
  const owner = await signIn("owner");
  await owner.goto(`/tenants/${tenant.id}/members`);
  const actions = owner.getByRole("button", { name: `Actions for ${name}` });
  await actions.click();
  await owner.getByRole("menuitem", { name: "Change role and projects" }).click();
  await owner.getByRole("radio", { name: "Viewer", exact: true }).check();
  await owner.getByRole("button", { name: "Save" }).click();
  await expect(owner.getByRole("row", { name: new RegExp(name) })).toContainText("Viewer");
  await actions.click();
  await owner.getByRole("menuitem", { name: "Remove" }).click();
  await owner.getByRole("button", { name: "Remove" }).click();
  await expect(actions).toHaveCount(0);
  await theirs.goto("/");
  await expect(theirs.getByText("No project yet")).toBeVisible();
});

test("an API key is shown once, works, and opens nothing once revoked", async ({
  tenant,
  signIn,
  request,
}) => {
  const name = `key ${randomUUID()}`;
  const owner = await signIn("owner");
  await owner.goto(`/tenants/${tenant.id}/api-keys`);
  await owner.getByRole("button", { name: "New API key" }).click();
  await owner.getByRole("textbox", { name: "Name" }).fill(name);
  await owner.getByRole("button", { name: "Create" }).click();
  const key = await owner.getByLabel("API key", { exact: true }).inputValue();
  await expect(owner.getByText("assay project list")).toBeVisible();
  const ask = () => request.get("/api/v1/me", { headers: { authorization: `Bearer ${key}` } });
  expect((await ask()).status()).toBe(200);
  await owner.getByRole("button", { name: "I have copied it" }).click();
  await expect(owner.locator("body")).not.toContainText(key);
  await owner.getByRole("button", { name: `Actions for ${name}` }).click();
  await owner.getByRole("menuitem", { name: "Revoke" }).click();
  await owner.getByRole("button", { name: "Revoke" }).click();
  await expect(owner.getByText(name)).toHaveCount(0);
  await expect.poll(async () => (await ask()).status()).toBe(401);
});

test("a webhook is made, paused and deleted", async ({ tenant, signIn }) => {
  const address = `https://example.com/${randomUUID()}`;
  const owner = await signIn("owner");
  await owner.goto(`/tenants/${tenant.id}/webhooks`);
  await owner.getByRole("button", { name: "New webhook" }).first().click();
  await owner.getByLabel("Address").fill(address);
  await owner.getByRole("button", { name: "Create" }).click();
  await expect(owner.getByLabel("Signing secret")).toHaveValue(/^whsec_/);
  await owner.getByRole("button", { name: "I have copied it" }).click();
  const row = owner.getByRole("row", { name: new RegExp(address) });
  const choose = async (entry: string) => {
    await row.getByRole("button").click();
    await owner.getByRole("menuitem", { name: entry }).click();
  };
  await choose("Pause");
  await expect(row).toContainText("Paused");
  await choose("Delete");
  await owner.getByRole("button", { name: "Delete" }).click();
  await expect(row).toHaveCount(0);
});

test("the access log tells who did what", async ({ tenant, signIn }) => {
  const project = await tenant.project({ name: `Logged ${randomUUID()}`, interface: MOOD });
  const owner = await signIn("owner");
  await owner.goto(`/tenants/${tenant.id}/log`);
  await owner.getByLabel("Object").fill(project.id);
  const row = owner.getByRole("row", { name: /Made a project/ });
  await expect(row).toContainText("Logged");
  await row.dblclick();
  await expect(owner.getByRole("dialog")).toContainText("project.created");
});

test("home shows what waits, and a number starts it", async ({ tenant, signIn }) => {
  const project = await tenant.project({ name: "Waiting work", interface: MOOD, items: [{ text: "one" }] });
  const invited = await tenant.call<{ sign_in_link: { url: string } }>("POST", "/members", {
    email: `starter-${randomUUID()}@example.com`,
    role: "annotator",
    projects: [project.id],
  });
  const page = await signIn("viewer");
  await page.context().clearCookies();
  await page.goto(invited.sign_in_link.url);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("link", { name: "Home" }).click();
  await expect(page.getByText("1 to annotate")).toBeVisible();
  await page.keyboard.press("1");
  await expect(page).toHaveURL(project.page("annotate"));
  await expect(page.getByText("one", { exact: true }).first()).toBeVisible();
});

test("an address that is none is said to be none", async ({ signIn }) => {
  const page = await signIn("viewer");
  await page.goto("/tenants/a/b/c/d");
  await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
});

test("an operator makes a tenant and hands it to its first owner", async ({ page, browser, baseURL }) => {
  await page.goto(process.env.ASSAY_TEST_OPERATOR_LINK ?? "");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("link", { name: "Tenants" }).click();
  const name = `Tenant ${randomUUID()}`;
  await page.getByRole("button", { name: "New tenant" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByLabel("E-mail of the first owner").fill(`owner-${randomUUID()}@example.com`);
  await page.getByRole("button", { name: "Create" }).click();
  const link = await page.getByLabel("One-time link").inputValue();
  await page.getByRole("button", { name: "I have copied it" }).click();
  await expect(page.getByRole("row", { name: new RegExp(name) })).toContainText("Active");
  await page.getByRole("link", { name: "Health" }).click();
  await expect(page.getByText("Ready to serve")).toBeVisible();

  const context = await browser.newContext({ baseURL });
  const owner = await context.newPage();
  await owner.goto(link);
  await owner.getByRole("button", { name: "Sign in" }).click();
  await owner.getByRole("link", { name: "Home" }).click();
  await expect(owner.getByText("1. Make a project")).toBeVisible();
  await context.close();
});
