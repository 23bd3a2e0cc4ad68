import { expect, signedInPage, Tenant, test } from "./fixtures";

const MOOD = {
  version: 1,
  inputs: [{ name: "text", type: "text", source: "$.text" }],
  fields: [
    {
      name: "mood",
      type: "choice",
      title: "Mood",
      options: [{ value: "good" }, { value: "bad" }],
      ui: { auto_advance: false },
    },
  ],
};

test("a cut network while submitting loses nothing and doubles nothing", async ({ tenant, signIn }) => {
  const project = await tenant.project({
    interface: MOOD,
    items: Array.from({ length: 3 }, (_, index) => ({ text: `text ${index}` })),
  });
  const page = await signIn("annotator");
  await page.goto(project.page("annotate"));
  await expect(page.getByText("text 0", { exact: true })).toBeVisible();
  // The server gets the answer, and its acknowledgement does not come back.
  let cut = 0;
  await page.route("**/annotations", async (route) => {
    if (route.request().method() !== "POST" || cut > 0) return route.continue();
    cut += 1;
    await route.fetch();
    await route.abort("connectionreset");
  });
  for (const text of ["text 0", "text 1", "text 2"]) {
    await expect(page.getByText(text, { exact: true })).toBeVisible();
    await page.keyboard.press("1");
    await page.keyboard.press("Enter");
  }
  await expect.poll(async () => (await project.annotations()).length, { timeout: 30_000 }).toBe(3);
  const ids = (await project.annotations()).map((each) => each.task_id);
  expect(new Set(ids).size).toBe(3);
  expect(cut).toBe(1);
});

test("a crash of the server while answers are unsent: they arrive once it is back", async ({
  ownInstallation,
  browser,
}) => {
  test.setTimeout(120_000);
  const operatorKey = await ownInstallation.operator("create-key", "test");
  const tenant = await Tenant.create(ownInstallation.address, operatorKey);
  const project = await tenant.project({
    interface: MOOD,
    items: Array.from({ length: 4 }, (_, index) => ({ text: `text ${index}` })),
  });
  const context = await browser.newContext({ baseURL: ownInstallation.address });
  const page = await signedInPage(context, ownInstallation.address, await tenant.member("annotator"));
  await page.goto(project.page("annotate"));
  await expect(page.getByText("text 0", { exact: true })).toBeVisible();
  await expect(page.getByText(/2 tasks ready/i)).toBeVisible();
  await ownInstallation.stop("SIGKILL");
  for (const text of ["text 0", "text 1"]) {
    await expect(page.getByText(text, { exact: true })).toBeVisible();
    await page.keyboard.press("2");
    await page.keyboard.press("Enter");
  }
  await expect(page.getByText("text 2", { exact: true })).toBeVisible();
  await expect(page.getByText(/2 unsent/i)).toBeVisible();
  await ownInstallation.start();
  await page.reload();
  await expect.poll(async () => (await project.annotations()).length, { timeout: 60_000 }).toBe(2);
  expect((await project.annotations()).map((each) => each.answer)).toEqual([
    { mood: "bad" },
    { mood: "bad" },
  ]);
  await context.close();
});

test("a lost session asks for the password over the work, which is then sent", async ({ tenant, signIn }) => {
  const project = await tenant.project({ interface: MOOD, items: [{ text: "text 0" }, { text: "text 1" }] });
  const page = await signIn("annotator");
  await page.goto(project.page("annotate"));
  await expect(page.getByText("text 0", { exact: true })).toBeVisible();
  await page.context().clearCookies();
  await page.keyboard.press("1");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  expect(await project.annotations()).toEqual([]);
  await dialog.getByLabel(/e-mail/i).fill(await tenant.member("annotator"));
  await dialog.getByRole("textbox", { name: /password/i }).fill("a password for end-to-end tests");
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect.poll(async () => (await project.annotations()).length).toBe(1);
  await expect(page.getByText("text 1", { exact: true })).toBeVisible();
});
