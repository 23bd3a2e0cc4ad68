import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import type { ProjectOfTest } from "./support/tenant";

const PAIRS = JSON.parse(
  readFileSync(resolve(import.meta.dirname, "../../../examples/interfaces/preference_pairs.json"), "utf8"),
) as object;

const NAMES = ["red", "green", "blue"];
const RANKING = {
  version: 1,
  inputs: [
    { name: "prompt", type: "chat", source: "$.prompt" },
    ...NAMES.map((name, index) => ({ name, type: "chat", source: `$.responses[${index}]` })),
  ],
  fields: [
    {
      name: "order",
      type: "preference",
      title: "Order",
      mode: "rank",
      over: NAMES,
      ties: true,
      both_bad: true,
    },
  ],
};

const TURNS = {
  version: 1,
  inputs: [{ name: "dialogue", type: "chat", source: "$.messages" }],
  fields: [
    {
      name: "turns",
      type: "group",
      title: "Each answer",
      help: "Judge the turn by itself.",
      each: "dialogue.messages[role=assistant]",
      fields: [{ name: "helpful", type: "rating", title: "Helpful", max: 5 }],
    },
  ],
};

const says = (role: string, content: unknown) => ({ role, content });
const item = (prompt: string, ...responses: string[]) => ({
  prompt: [says("user", prompt)],
  responses: responses.map((each) => [says("assistant", each)]),
});

/** The only answer that the server has, once it has one, and the order in which the annotator saw the inputs. */
async function stored(project: ProjectOfTest) {
  await expect.poll(async () => (await project.annotations()).length).toBe(1);
  const [annotation] = await project.annotations();
  return { answer: annotation!.answer, shown: annotation!.shown_order };
}

async function opened(page: Page, project: ProjectOfTest, text: string): Promise<void> {
  await page.goto(project.page("annotate"));
  await expect(page.getByText(text, { exact: true }).first()).toBeVisible();
}

const responseOf = (page: Page, number: number): Locator =>
  page.getByRole("region", { name: `Response ${number}`, exact: true }).first();

test("a preference pair with a rubric, by keyboard alone from lease to submit", async ({
  tenant,
  signIn,
}) => {
  const project = await tenant.project({
    interface: PAIRS,
    items: [item("Which city is it?", "It is Canberra.", "It is Sydney.")],
  });
  const page = await signIn("annotator");
  await opened(page, project, "Which city is it?");
  for (const key of ["5", "6", "2", "8"]) await page.keyboard.press(key);
  const scale = page.getByRole("radiogroup", { name: "Which one is better?" });
  await page.keyboard.press("9");
  await expect(scale.getByRole("radio", { name: "Response 1 slightly better" })).toBeChecked();
  await page.keyboard.press("9");
  await page.keyboard.press("9");
  await expect(scale.getByRole("radio", { name: "Response 1 much better" })).toBeChecked();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Why so clearly?" })).toBeFocused();
  await page.keyboard.type("The other names a larger city.");
  await page.keyboard.press("Control+Enter");
  const { answer, shown } = await stored(project);
  const [first, second] = shown.better as [string, string];
  expect([first, second].toSorted()).toEqual(["first", "second"]);
  expect(answer).toEqual({
    rubric: { [first]: { correct: 5, follows: "yes" }, [second]: { correct: 2, follows: "no" } },
    better: { preferred: first, strength: 3 },
    why: "The other names a larger city.",
  });
});

test("the key of a response is that of its place, and the place is where its text stands", async ({
  tenant,
  signIn,
}) => {
  const project = await tenant.project({
    interface: PAIRS,
    items: [item("Say which.", "I am first", "I am second")],
  });
  const page = await signIn("annotator");
  await opened(page, project, "Say which.");
  const left = await responseOf(page, 1).getByText(/^I am/).textContent();
  const right = await responseOf(page, 2).getByText(/^I am/).textContent();
  for (const key of ["1", "6", "1", "6", "a"]) await page.keyboard.press(key);
  await expect(page.getByRole("radio", { name: "Response 2 slightly better" })).toBeChecked();
  await page.keyboard.press("Enter");
  const { answer, shown } = await stored(project);
  expect(shown.better?.map((name) => `I am ${name}`)).toEqual([left, right]);
  expect(answer.better).toEqual({ preferred: shown.better?.[1], strength: 1 });
});

test("a tie and both bad have no strength; what is picked again is taken back", async ({
  tenant,
  signIn,
}) => {
  const project = await tenant.project({ interface: PAIRS, items: [item("Compare.", "A", "B")] });
  const page = await signIn("annotator");
  await opened(page, project, "Compare.");
  for (const key of ["3", "7", "3", "7"]) await page.keyboard.press(key);
  await page.getByRole("radio", { name: "Response 2 much better" }).check({ force: true });
  await page.keyboard.press("b");
  await expect(page.getByRole("radio", { name: "Tie" })).toBeChecked();
  await page.keyboard.press("c");
  await expect(page.getByRole("radio", { name: "Both bad" })).toBeChecked();
  await page.keyboard.press("c");
  await expect(
    page.getByRole("radiogroup", { name: "Which one is better?" }).locator(":checked"),
  ).toHaveCount(0);
  await page.keyboard.press("c");
  await page.keyboard.press("Enter");
  expect((await stored(project)).answer.better).toEqual({ preferred: "both_bad" });
});

test("a ranking with ties, by keyboard alone", async ({ tenant, signIn }) => {
  const project = await tenant.project({
    interface: RANKING,
    items: [item("Name a colour.", "Red", "Green", "Blue")],
  });
  const page = await signIn("annotator");
  await opened(page, project, "Name a colour.");
  const list = page.getByRole("list", { name: /^Order/ });
  await expect(list.getByRole("listitem")).toHaveCount(3);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Please answer this")).toBeVisible();
  await tabTo(page, list.getByRole("button", { name: "Response 1", exact: true }));
  await page.keyboard.press("Alt+ArrowDown");
  await expect(list.getByRole("listitem").nth(1)).toContainText("Response 1");
  await expect(list.getByRole("button", { name: "Response 1", exact: true })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("=");
  await page.keyboard.press("Control+Enter");
  const { answer, shown } = await stored(project);
  const [first, second, third] = shown.order as [string, string, string];
  const level = NAMES.filter((name) => name === first || name === third);
  expect(answer).toEqual({ order: { ranking: [[second], level] } });
});

test("a ranking by dragging, with none acceptable", async ({ tenant, signIn }) => {
  const project = await tenant.project({
    interface: RANKING,
    items: [item("Drag these.", "Red", "Green", "Blue")],
  });
  const page = await signIn("annotator");
  await opened(page, project, "Drag these.");
  const entry = (number: number) => page.getByRole("button", { name: `Response ${number}`, exact: true });
  const [from, to] = [await entry(3).boundingBox(), await entry(1).boundingBox()];
  await page.mouse.move(from!.x + 20, from!.y + 10);
  await page.mouse.down();
  await page.mouse.move(to!.x + 20, to!.y + 30, { steps: 4 });
  await page.mouse.move(to!.x + 20, to!.y - 2, { steps: 4 });
  await page.mouse.up();
  await expect(
    page
      .getByRole("list", { name: /^Order/ })
      .getByRole("listitem")
      .first(),
  ).toContainText("Response 3");
  await page.getByRole("button", { name: "Response 2 level with the one above" }).click();
  await page.getByRole("button", { name: "Response 2 below those it is level with" }).click();
  await page.getByRole("checkbox", { name: "None is acceptable" }).check();
  await page.keyboard.press("Control+Enter");
  const { answer, shown } = await stored(project);
  const [first, second, third] = shown.order as [string, string, string];
  expect(answer).toEqual({ order: { ranking: [[third], [first], [second]], both_bad: true } });
});

test("ratings per turn, from turn to turn by keys", async ({ tenant, signIn }) => {
  const call = { id: "c1", type: "function", function: { name: "look_up", arguments: '{"city":"Porto"}' } };
  const messages = [
    says("system", "Answer briefly."),
    says("user", "How far is it?"),
    { ...says("assistant", null), tool_calls: [call] },
    { ...says("tool", '{"km": 313}'), tool_call_id: "c1" },
    says("assistant", "It is **313 km**. <img src=https://example.com/x.png>"),
  ];
  const project = await tenant.project({ interface: TURNS, items: [{ messages }] });
  const page = await signIn("annotator");
  await opened(page, project, "How far is it?");
  await expect(page.getByText("Judge the turn by itself.")).toHaveCount(1);
  await expect(page.getByRole("article")).toHaveCount(5);
  await expect(page.getByRole("radiogroup", { name: "Helpful" })).toHaveCount(2);
  for (let turn = 0; turn < 5; turn += 1) await page.keyboard.press("]");
  const last = page.getByRole("article", { name: "Turn 5: Assistant" });
  await expect(last).toBeFocused();
  await page.keyboard.press("5");
  await expect(last.getByRole("radio", { name: "5" })).toBeChecked();
  await page.keyboard.press("Alt+ArrowUp");
  await page.keyboard.press("[");
  await expect(page.getByRole("article", { name: "Turn 3: Assistant" })).toBeFocused();
  await page.keyboard.press("2");
  await page.keyboard.press("Enter");
  expect((await stored(project)).answer).toEqual({ turns: { 2: { helpful: 2 }, 4: { helpful: 5 } } });
});

test("instructions are folded, tool calls are cards, and any turn can be seen as stored", async ({
  tenant,
  signIn,
}) => {
  const messages = [
    says("system", "A long instruction"),
    says("user", [
      { type: "text", text: "Look" },
      { type: "image_url", image_url: { url: "https://example.com/a.png" } },
    ]),
    {
      ...says("assistant", "Calling"),
      tool_calls: [{ id: "1", function: { name: "find", arguments: '{"a":1}' } }],
    },
  ];
  const project = await tenant.project({ interface: TURNS, items: [{ messages }] });
  const page = await signIn("annotator");
  await opened(page, project, "Calling");
  const system = page.getByRole("article", { name: "Turn 1: System" });
  await system.getByRole("button", { name: "Show the system prompt" }).click();
  await expect(system.getByRole("button", { name: "Hide the system prompt" })).toHaveAttribute(
    "aria-expanded",
    "true",
  );
  await expect(page.getByText("This file cannot be shown")).toBeVisible();
  const call = page.getByRole("region", { name: "Call of find" });
  await call.getByText("Arguments").click();
  await expect(call.getByRole("region", { name: "Arguments" })).toHaveText(/"a": 1/);
  await page.getByRole("button", { name: "Show as stored" }).click();
  await expect(page.getByRole("article", { name: "Turn 2: User" })).toContainText('"image_url": {');
});

test("compared responses are blind, can be told apart word by word, and scroll together", async ({
  tenant,
  signIn,
}) => {
  const long = (word: string) => Array.from({ length: 80 }, (_, index) => `${word} ${index}`).join("\n\n");
  const data = item("Read both.", long("same line"), `${long("same line")} secretly`);
  for (const [message] of data.responses)
    Object.assign(message!, { name: "grand-model", model: "grand-model" });
  const project = await tenant.project({ interface: PAIRS, items: [data] });
  const page = await signIn("annotator");
  await opened(page, project, "Read both.");
  await page.getByRole("button", { name: "Show as stored" }).nth(1).click();
  await expect(responseOf(page, 1).getByText('"role": "assistant"')).toBeVisible();
  await page.getByRole("button", { name: "Show as stored" }).nth(1).click();
  const html = await page.locator("main").innerHTML();
  expect(html).not.toContain("grand-model");
  expect(html).not.toMatch(/aria-label="(?:first|second)"/);

  await page.getByRole("button", { name: "Scroll together" }).first().click();
  const boxes = page.getByRole("region", { name: /^Response \d$/ }).locator("section:has([data-turn])");
  await boxes.first().evaluate((box) => box.scrollBy(0, 300));
  await expect.poll(() => boxes.last().evaluate((box) => box.scrollTop)).toBe(300);

  await page.getByRole("button", { name: "Show differences" }).click();
  await expect(page.locator("ins, del").filter({ hasText: "secretly" })).toBeVisible();
});

/** Press Tab until something has the focus. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  const element = await wanted.elementHandle();
  for (let presses = 0; presses < 60; presses += 1) {
    if (await page.evaluate((each) => each === document.activeElement, element)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error("Tab does not reach it");
}
