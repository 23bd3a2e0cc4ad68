import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { build } from "vite";
import { expect, test } from "./fixtures";
import type { ProjectOfTest } from "./support/tenant";

const YES_NO = [{ value: "yes" }, { value: "no" }];

/** Every kind of field that a form asks. */
const EVERY_FIELD = {
  version: 1,
  inputs: [
    { name: "first", type: "text", source: "$.first" },
    { name: "second", type: "text", source: "$.second" },
  ],
  fields: [
    { name: "language", type: "choice", options: [{ value: "en" }, { value: "de" }, { value: "other" }] },
    { name: "which", type: "text", when: { field: "language", op: "eq", value: "other" } },
    {
      name: "topics",
      type: "choice",
      multi: true,
      options: [{ value: "sport" }, { value: "politics" }, { value: "science" }],
    },
    {
      name: "ease",
      type: "choice",
      ordinal: true,
      options: [{ value: "easy" }, { value: "middling" }, { value: "hard" }],
    },
    {
      name: "species",
      type: "choice",
      leaves_only: true,
      options: [
        { value: "mammal", options: [{ value: "cat", options: [{ value: "lion" }, { value: "lynx" }] }] },
        { value: "bird", options: [{ value: "owl" }, { value: "gull" }] },
      ],
    },
    { name: "quality", type: "rating", min: 1, max: 5, labels: { "1": "Unusable", "5": "Excellent" } },
    { name: "price", type: "number", min: 0, unit: "EUR" },
    { name: "note", type: "text", max_length: 80, required: false },
    { name: "summary", type: "text", format: "markdown" },
    { name: "code", type: "text", format: "code", language: "python" },
    {
      name: "author",
      type: "group",
      fields: [
        { name: "known", type: "choice", options: YES_NO },
        { name: "name", type: "text", when: { field: "known", op: "eq", value: "yes" } },
      ],
    },
    {
      name: "each_text",
      type: "group",
      title: "Each text by itself",
      each: "inputs:first,second",
      fields: [{ name: "true", type: "choice", options: YES_NO }],
    },
    {
      name: "rubric",
      type: "group",
      each: [{ value: "clear" }, { value: "complete" }],
      fields: [{ name: "score", type: "rating", max: 4 }],
    },
  ],
};
const ITEM = { first: "The lynx sleeps.", second: "The gull has a sandwich." };

const row = (page: Page, pointer: string) => page.locator(`[data-pointer="${pointer}"]`);

/** Press the key that is printed on an option. */
async function pressKeyOf(page: Page, pointer: string, option: string): Promise<void> {
  const control = row(page, pointer).getByRole("radio", { name: option, exact: true });
  const box = row(page, pointer).getByRole("checkbox", { name: option, exact: true });
  const key = await control.or(box).getAttribute("aria-keyshortcuts");
  await page.keyboard.press(key ?? `the option ${option} of ${pointer} has no key`);
  await expect(control.or(box)).toBeChecked();
}

/** Go there by Tab, and by nothing else. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  await expect(target).toBeFocused();
}

async function storedAnswer(project: ProjectOfTest) {
  await expect.poll(async () => (await project.annotations()).length).toBe(1);
  return (await project.annotations())[0]?.answer;
}

test("every field is answered by keyboard alone, from lease to submit", async ({ tenant, signIn }) => {
  const project = await tenant.project({ interface: EVERY_FIELD, items: [ITEM] });
  const page = await signIn("annotator");
  await page.goto(project.page("annotate"));
  await expect(row(page, "/language")).toBeVisible();
  await expect(row(page, "/which")).toHaveCount(0);

  await pressKeyOf(page, "/language", "other");
  await tabTo(page, row(page, "/which").getByRole("textbox"));
  await page.keyboard.type("Frisian");
  await page.keyboard.press("Escape");
  await pressKeyOf(page, "/topics", "science");
  await pressKeyOf(page, "/topics", "sport");
  await tabTo(page, row(page, "/ease").getByRole("radio", { name: "easy" }));
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Space");
  await tabTo(page, row(page, "/species").getByRole("tree"));
  await page.keyboard.press("Home");
  for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "Space"]) await page.keyboard.press(key);
  await expect(row(page, "/species")).toContainText("mammal › cat › lynx");
  await pressKeyOf(page, "/quality", "4");
  await tabTo(page, row(page, "/price").getByRole("textbox"));
  await page.keyboard.type("12.5");
  await page.keyboard.press("Escape");
  await tabTo(page, row(page, "/summary").locator("textarea"));
  await page.keyboard.type("**Two** animals");
  await tabTo(page, row(page, "/code").locator(".cm-content"));
  await page.keyboard.type("def f():\n");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.type("return 1");
  await page.keyboard.press("Escape");
  await pressKeyOf(page, "/author/known", "yes");
  await tabTo(page, row(page, "/author/name").getByRole("textbox"));
  await page.keyboard.type("Ada");
  await page.keyboard.press("Escape");
  await pressKeyOf(page, "/each_text/first/true", "yes");
  await pressKeyOf(page, "/each_text/second/true", "no");
  await pressKeyOf(page, "/rubric/clear/score", "4");
  await pressKeyOf(page, "/rubric/complete/score", "2");
  await page.keyboard.press("Enter");

  expect(await storedAnswer(project)).toEqual({
    language: "other",
    which: "Frisian",
    topics: ["sport", "science"],
    ease: "middling",
    species: "lynx",
    quality: 4,
    price: 12.5,
    summary: "**Two** animals",
    code: "def f():\n    return 1",
    author: { known: "yes", name: "Ada" },
    each_text: { first: { true: "yes" }, second: { true: "no" } },
    rubric: { clear: { score: 4 }, complete: { score: 2 } },
  });
});

test("what is hidden is not sent, though it was written", async ({ tenant, signIn }) => {
  const [language, which] = EVERY_FIELD.fields;
  const declaration = { ...EVERY_FIELD, fields: [language, which] };
  const project = await tenant.project({ interface: declaration, items: [ITEM] });
  const page = await signIn("annotator");
  await page.goto(project.page("annotate"));
  await pressKeyOf(page, "/language", "other");
  await row(page, "/which").getByRole("textbox").fill("Frisian");
  await page.keyboard.press("Escape");
  await pressKeyOf(page, "/language", "de");
  await expect(row(page, "/which")).toHaveCount(0);
  await page.keyboard.press("Enter");
  expect(await storedAnswer(project)).toEqual({ language: "de" });
});

test("a group beside compared inputs has its title and help, and follows its own condition", async ({
  tenant,
  signIn,
}) => {
  const group = {
    name: "each_text",
    type: "group",
    title: "Each text by itself",
    help: "Read both first.",
    each: "inputs:first,second",
    when: { field: "language", op: "eq", value: "de" },
    fields: [{ name: "true", type: "choice", options: YES_NO }],
  };
  const fields = [EVERY_FIELD.fields[0], group];
  const project = await tenant.project({ interface: { ...EVERY_FIELD, fields }, items: [ITEM] });
  const page = await signIn("annotator");
  await page.goto(project.page("annotate"));
  const entries = page.getByRole("region", { name: "Each text by itself" });
  await pressKeyOf(page, "/language", "en");
  await expect(entries).toHaveCount(0);
  await pressKeyOf(page, "/language", "de");
  await expect(entries).toHaveCount(2);
  await expect(entries.first()).toContainText("Read both first.");
  // Keys answer the first text that has no answer, or the one that has the focus.
  await pressKeyOf(page, "/each_text/first/true", "no");
  await pressKeyOf(page, "/each_text/second/true", "yes");
  await row(page, "/each_text/first/true").getByRole("radio", { name: "no" }).focus();
  await pressKeyOf(page, "/each_text/first/true", "yes");
  await row(page, "/each_text/second/true").getByRole("radio", { name: "yes" }).focus();
  await pressKeyOf(page, "/each_text/second/true", "no");
  await page.keyboard.press("Enter");
  expect(await storedAnswer(project)).toEqual({
    language: "de",
    each_text: { first: { true: "yes" }, second: { true: "no" } },
  });
});

test("a taxonomy opens, closes and is searched by the keyboard", async ({ tenant, signIn }) => {
  const fields = EVERY_FIELD.fields.filter(({ name }) => ["language", "species"].includes(name));
  const project = await tenant.project({ interface: { ...EVERY_FIELD, fields }, items: [ITEM] });
  const page = await signIn("annotator");
  await page.goto(project.page("annotate"));
  const species = row(page, "/species");
  const rows = species.getByRole("treeitem");
  await expect(rows).toHaveText(["mammal", "cat", /^lion/, /^lynx/, "bird", /^owl/, /^gull/]);
  await tabTo(page, species.getByRole("tree"));
  await page.keyboard.press("ArrowLeft");
  await expect(rows).toHaveText(["mammal", "bird", /^owl/, /^gull/]);
  await expect(rows.first()).toHaveAttribute("aria-expanded", "false");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("End");
  await page.keyboard.press("Space");
  await expect(rows.last()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.type("LYN");
  await expect(rows).toHaveText(["mammal", "cat", /^lynx/]);
  await page.keyboard.press("Enter");
  await expect(species).toContainText("mammal › cat › lynx");
  await page.keyboard.press("Escape");
  await pressKeyOf(page, "/language", "en");
  await page.keyboard.press("Enter");
  expect(await storedAnswer(project)).toEqual({ language: "en", species: "lynx" });
});

test("an option is taken back by picking it again, by pointer, key and Space", async ({ tenant, signIn }) => {
  const fields = EVERY_FIELD.fields.filter(({ name }) => ["language", "quality"].includes(name));
  const declaration = { ...EVERY_FIELD, fields };
  const project = await tenant.project({ interface: declaration, items: [ITEM] });
  const page = await signIn("annotator");
  await page.goto(project.page("annotate"));
  const german = row(page, "/language").getByRole("radio", { name: "de" });
  await german.click();
  await expect(german).toBeChecked();
  await german.click();
  await expect(german).not.toBeChecked();
  await page.keyboard.press("Space");
  await expect(german).toBeChecked();
  await page.keyboard.press("Space");
  await expect(german).not.toBeChecked();
  await page.keyboard.press("2");
  await expect(german).toBeChecked();
  await page.keyboard.press("2");
  await expect(german).not.toBeChecked();
});

test("a refused submit shows the first problem at its field and focuses it", async ({ tenant, signIn }) => {
  const names = ["language", "quality", "price", "summary"];
  const fields = EVERY_FIELD.fields.filter(({ name }) => names.includes(name));
  const project = await tenant.project({ interface: { ...EVERY_FIELD, fields }, items: [ITEM] });
  const page = await signIn("annotator");
  await page.goto(project.page("annotate"));
  await pressKeyOf(page, "/language", "en");
  await pressKeyOf(page, "/quality", "1");
  const price = row(page, "/price").getByRole("textbox");
  await price.fill("-3");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await expect(price).toBeFocused();
  await expect(price).toHaveAttribute("aria-invalid", "true");
  await expect(price).toHaveAccessibleDescription(/Must be at least 0/);
  await expect(row(page, "/summary")).toContainText("Please answer this");
  await expect(row(page, "/language")).not.toContainText("Please answer this");
  expect(await project.annotations()).toEqual([]);

  await price.fill("3");
  await expect(row(page, "/price")).not.toContainText("Must be at least 0");
  await row(page, "/summary").locator("textarea").fill("Enough");
  await page.keyboard.press("Control+Enter");
  expect(await storedAnswer(project)).toEqual({ language: "en", quality: 1, price: 3, summary: "Enough" });
});

interface ConditionVector {
  readonly name: string;
  readonly condition: unknown;
  readonly answer: unknown;
  readonly expected: boolean;
}

/** The module of the conditions as one script that a browser runs. */
async function conditionScript(): Promise<string> {
  const source = resolve(import.meta.dirname, "../../src");
  const built = await build({
    configFile: false,
    logLevel: "silent",
    resolve: { alias: { "@": source } },
    build: {
      write: false,
      lib: { entry: `${source}/interface/conditions.ts`, name: "conditions", formats: ["iife"] },
    },
  });
  const chunk = [built].flat().flatMap((each) => ("output" in each ? each.output : []))[0];
  if (chunk?.type !== "chunk") throw new Error("The conditions were not built");
  return chunk.code;
}

test("conditions hold in the browser as they do on the server", async ({ signIn }) => {
  const path = resolve(import.meta.dirname, "../../../src/assay/interface/condition_vectors.json");
  const vectors = JSON.parse(readFileSync(path, "utf8")) as ConditionVector[];
  const page = await signIn("annotator");
  await page.goto("/");
  const run = `vectors.map(({ condition, answer }) => conditions.holds(condition, answer))`;
  const held: unknown = await page.evaluate(
    `(() => { ${await conditionScript()}; const vectors = ${JSON.stringify(vectors)}; return ${run}; })()`,
  );
  expect(vectors.length).toBeGreaterThan(20);
  expect(held).toEqual(vectors.map(({ expected }) => expected));
});
