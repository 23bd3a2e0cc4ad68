import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";

const MOOD = {
  version: 1,
  inputs: [{ name: "text", type: "text", source: "$.text" }],
  fields: [{ name: "mood", type: "choice", title: "Mood", options: [{ value: "good" }, { value: "bad" }] }],
};
const TEXTS = ["the first text", "the second text", "the third text"];

function jsonLines(rows: readonly object[]): { name: string; mimeType: string; buffer: Buffer } {
  const text = rows.map((row) => JSON.stringify(row)).join("\n");
  return { name: "texts.jsonl", mimeType: "application/jsonl", buffer: Buffer.from(`${text}\n`) };
}

/** Answer the three tasks in the order they come, each with its key. */
async function annotate(page: Page, address: string, keys: readonly string[]): Promise<void> {
  await page.goto(address);
  for (const [index, key] of keys.entries()) {
    await expect(page.getByText(TEXTS[index] ?? "", { exact: true }).first()).toBeVisible();
    await page.keyboard.press(key);
    await page.keyboard.press("Enter");
  }
  await expect(page.getByRole("heading", { name: "No tasks for you now" })).toBeVisible();
}

/** The file that a link of the page downloads, as text. */
async function downloaded(page: Page, name: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: `Download ${name}` }).click(),
  ]);
  return readFile(await download.path(), "utf8");
}

test("a project from its first file to its labels in a file", async ({ tenant, signIn }) => {
  test.setTimeout(120_000);
  const project = await tenant.project({
    name: "Moods",
    interface: MOOD,
    workflow: { overlap: 2, review: { sample: 0, below_agreement: 1 } },
  });
  const owner = await signIn("owner");

  await owner.goto(project.page("imports"));
  await expect(owner.getByTestId("example-row")).toContainText('"text"');
  const rows = TEXTS.map((text, index) => ({ key: `text-${index}`, data: { text } }));
  await owner
    .locator('input[type="file"]')
    .setInputFiles(jsonLines([...rows, { key: "wrong", data: { words: "not what the interface reads" } }]));
  await expect(owner.getByText("3 items added")).toBeVisible();
  await owner.getByRole("button", { name: "Show 1 rejected row" }).click();
  const rejected = owner.getByRole("grid", { name: "Rejected rows" });
  await expect(rejected).toContainText("required");
  await expect(rejected).toContainText("no value for input text");

  await annotate(await signIn("annotator", "first-annotator"), project.page("annotate"), ["1", "2", "1"]);
  await annotate(await signIn("annotator", "second-annotator"), project.page("annotate"), ["1", "2", "2"]);

  const reviewer = await signIn("reviewer");
  await reviewer.goto(project.page("review"));
  await expect(reviewer.getByRole("heading", { name: "1 difference" })).toBeVisible();
  await expect(reviewer.getByText(TEXTS[2] ?? "", { exact: true }).first()).toBeVisible();
  await reviewer.keyboard.press("2");
  await reviewer.keyboard.press("Enter");
  await expect(reviewer.getByRole("heading", { name: "Nothing waits for a review" })).toBeVisible();
  const tasks = async () =>
    (await project.call<{ project: { tasks: Record<string, number> } }>("GET", "/figures")).project.tasks
      .done;
  await expect.poll(tasks, { timeout: 20_000 }).toBe(3);

  await owner.goto(project.page("exports"));
  await owner.getByRole("button", { name: "Export", exact: true }).click();
  await expect(owner.getByRole("link", { name: "Download manifest.json" })).toBeVisible();
  const name = await owner.getByRole("link", { name: /^Download .*\.jsonl$/ }).getAttribute("download");
  const lines = (await downloaded(owner, name ?? "")).trim().split("\n");
  const exported = lines.map((line) => JSON.parse(line) as { key: string; data: object; label: object });
  expect(exported.map(({ key, data, label }) => ({ key, data, label }))).toEqual([
    { key: "text-0", data: { text: TEXTS[0] }, label: { mood: "good" } },
    { key: "text-1", data: { text: TEXTS[1] }, label: { mood: "bad" } },
    { key: "text-2", data: { text: TEXTS[2] }, label: { mood: "bad" } },
  ]);
  const manifest = JSON.parse(await downloaded(owner, "manifest.json")) as { root: string; rows: number };
  expect(manifest.rows).toBe(3);
  await expect(owner.getByLabel("Merkle root over all rows")).toHaveValue(manifest.root);
});
