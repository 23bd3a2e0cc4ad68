import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import type { ProjectOfTest } from "./support/tenant";

const MOOD = {
  version: 1,
  inputs: [{ name: "text", type: "text", source: "$.text" }],
  fields: [
    { name: "mood", type: "choice", title: "Mood", options: [{ value: "good" }, { value: "bad" }] },
    { name: "note", type: "text", title: "Note", required: false },
  ],
};

const texts = (count: number) => Array.from({ length: count }, (_, index) => ({ text: `text ${index}` }));

/** The open task's text: items are leased oldest first. */
async function shows(page: Page, text: string): Promise<void> {
  await expect(page.getByText(text, { exact: true }).first()).toBeVisible();
}

/** Answers that the server has, once there are so many. */
async function stored(project: ProjectOfTest, count: number) {
  await expect.poll(async () => (await project.annotations()).length).toBe(count);
  return (await project.annotations()).map((each) => each.answer);
}

test("keyboard alone, from lease to submit", async ({ tenant, signIn }) => {
  const project = await tenant.project({ interface: MOOD, items: texts(2) });
  const page = await signIn("annotator");
  await page.goto(project.page("annotate"));
  await shows(page, "text 0");
  await page.keyboard.press("1");
  await page.keyboard.press("Enter");
  await shows(page, "text 1");
  await page.keyboard.press("2");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("1");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "No tasks for you now" })).toBeVisible();
  expect(await stored(project, 2)).toEqual([{ mood: "good" }, { mood: "good" }]);
});

test("what is not answered is named, and nothing is sent", async ({ tenant, signIn }) => {
  const project = await tenant.project({ interface: MOOD, items: texts(1) });
  const page = await signIn("annotator");
  await page.goto(project.page("annotate"));
  await shows(page, "text 0");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status").filter({ hasText: /\S/ }).first()).toBeVisible();
  await shows(page, "text 0");
  expect(await project.annotations()).toEqual([]);
});

test("a reload finds the unfinished answer again", async ({ tenant, signIn }) => {
  const project = await tenant.project({ interface: MOOD, items: texts(3) });
  const page = await signIn("annotator");
  await page.goto(project.page("annotate"));
  await shows(page, "text 0");
  await page.keyboard.press("2");
  await page.getByLabel("Note").fill("half a thought");
  await expect(page.getByLabel("Note")).toHaveValue("half a thought");
  await page.reload();
  await shows(page, "text 0");
  await expect(page.getByLabel("Note")).toHaveValue("half a thought");
  await page.keyboard.press("Control+Enter");
  await shows(page, "text 1");
  expect(await stored(project, 1)).toEqual([{ mood: "bad", note: "half a thought" }]);
});

test("the last answer is opened again and sent as a revision", async ({ tenant, signIn }) => {
  const project = await tenant.project({ interface: MOOD, items: texts(3) });
  const page = await signIn("annotator");
  await page.goto(project.page("annotate"));
  await shows(page, "text 0");
  await page.keyboard.press("1");
  await page.keyboard.press("Enter");
  await stored(project, 1);
  await page.keyboard.press("Control+Backspace");
  await shows(page, "text 0");
  await page.keyboard.press("2");
  await page.keyboard.press("Enter");
  await shows(page, "text 1");
  await expect.poll(async () => (await project.annotations())[0]?.answer).toEqual({ mood: "bad" });
  expect((await project.annotations())[0]?.revision).toBe(2);
});

test("a skipped task is not offered again", async ({ tenant, signIn }) => {
  const project = await tenant.project({ interface: MOOD, items: texts(2) });
  const page = await signIn("annotator");
  await page.goto(project.page("annotate"));
  await shows(page, "text 0");
  await page.keyboard.press("Control+Shift+s");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  await dialog.getByRole("button", { name: /skip/i }).last().click();
  await shows(page, "text 1");
  await page.reload();
  await shows(page, "text 1");
});

test("the overlay lists every command, and the palette finds an option by a few letters", async ({
  tenant,
  signIn,
}) => {
  const project = await tenant.project({ interface: MOOD, items: texts(1) });
  const page = await signIn("annotator");
  await page.goto(project.page("annotate"));
  await shows(page, "text 0");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog").getByText("Submit", { exact: true }).first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.keyboard.press("/");
  await page.keyboard.type("bad");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page.getByRole("radio", { name: "bad" })).toBeChecked();
  await page.keyboard.press("Enter");
  expect(await stored(project, 1)).toEqual([{ mood: "bad" }]);
});

test("two tabs work on different tasks, and nothing is answered twice", async ({ tenant, signIn }) => {
  const project = await tenant.project({ interface: MOOD, items: texts(6) });
  const first = await signIn("annotator");
  const second = await first.context().newPage();
  await first.goto(project.page("annotate"));
  await shows(first, "text 0");
  await second.goto(project.page("annotate"));
  await expect(second.getByText(/^text [1-5]$/).first()).toBeVisible();
  for (let round = 0; round < 3; round += 1) {
    for (const page of [first, second]) {
      const before = await project.annotations();
      await page.bringToFront();
      if (
        await page
          .getByText(/^text \d$/)
          .first()
          .isHidden()
      )
        continue;
      await page.keyboard.press("1");
      await page.keyboard.press("Enter");
      await expect.poll(async () => (await project.annotations()).length).toBeGreaterThan(before.length);
    }
  }
  const tasks = (await project.annotations()).map((each) => each.task_id);
  expect(new Set(tasks).size).toBe(tasks.length);
});
