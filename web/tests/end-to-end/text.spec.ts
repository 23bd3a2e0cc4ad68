import { expect, test } from "./fixtures";

const NAMES = {
  version: 1,
  inputs: [{ name: "text", type: "text", source: "$.text" }],
  fields: [
    {
      name: "names",
      type: "regions",
      on: "text",
      classes: [
        { value: "person", geometry: "span", hotkey: "p" },
        { value: "place", geometry: "span", hotkey: "l" },
      ],
    },
    {
      name: "links",
      type: "relations",
      between: "names",
      required: false,
      types: [{ value: "lives_in", from: ["person"], to: ["place"] }],
    },
  ],
};

/** A cat of two UTF-16 units and one code point stands before the names. */
const TEXT = "🐱 Ada Lovelace of London wrote.";

test("spans, one within another, and a relation by keyboard alone; offsets are code points", async ({
  tenant,
  signIn,
}) => {
  const project = await tenant.project({ interface: NAMES, items: [{ text: TEXT }, { text: "Next." }] });
  const page = await signIn("annotator");
  await page.goto(project.page("annotate"));
  const editor = page.getByRole("textbox", { name: /text/i }).first();
  await expect(editor).toBeVisible();
  await editor.focus();
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  // Over the cat and the space to "Ada", then "Ada Lovelace".
  await press("Home", "ArrowRight", "ArrowRight");
  await press("Control+Shift+ArrowRight", "Control+Shift+ArrowRight", "p");
  // "London", two words on.
  await press("Escape", "Home", "ArrowRight", "ArrowRight");
  await press("Control+ArrowRight", "Control+ArrowRight", "Control+ArrowRight");
  await press("Control+Shift+ArrowRight", "l");
  // "Ada" within the first one.
  await press("Escape", "Home", "ArrowRight", "ArrowRight", "Control+Shift+ArrowRight", "p");
  await expect(page.getByText("3 regions")).toBeVisible();
  // From "Ada", which is selected, to "London", the next one that a relation may end at.
  await press("r", "Tab", "Enter");
  if (await page.getByText("No relations yet", { exact: false }).isVisible()) await press("1");
  await expect(page.getByText("No relations yet", { exact: false })).toBeHidden();
  await press("Control+Enter");
  await expect.poll(async () => (await project.annotations()).length).toBe(1);
  const answer = (await project.annotations())[0]!.answer as {
    links: { type: string; from: string; to: string }[];
    names: { id: string; class: string; geometry: { start: number; end: number; quote: string } }[];
  };
  const spans = answer.names.map((each) => [each.class, each.geometry.quote, each.geometry.start]);
  expect(spans.sort()).toEqual([
    ["person", "Ada Lovelace", 2],
    ["person", "Ada", 2],
    ["place", "London", 18],
  ]);
  const quoteOf = (id: string) => answer.names.find((each) => each.id === id)?.geometry.quote;
  expect(answer.links.map((each) => [quoteOf(each.from), each.type, quoteOf(each.to)])).toEqual([
    ["Ada", "lives_in", "London"],
  ]);
  const characters = [...TEXT];
  for (const { geometry } of answer.names) {
    expect(characters.slice(geometry.start, geometry.end).join("")).toBe(geometry.quote);
  }
});
