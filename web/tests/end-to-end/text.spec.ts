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
  await expect(page.getByRole("option")).toHaveCount(3);
  await press("Enter");
  await page.keyboard.press("Control+Enter");
  await expect.poll(async () => (await project.annotations()).length).toBe(1);
  const answer = (await project.annotations())[0]!.answer as {
    names: { class: string; geometry: { start: number; end: number; quote: string } }[];
  };
  const spans = answer.names.map((each) => [each.class, each.geometry.quote, each.geometry.start]);
  expect(spans.sort()).toEqual([
    ["person", "Ada", 2],
    ["person", "Ada Lovelace", 2],
    ["place", "London", 18],
  ]);
  const characters = [...TEXT];
  for (const { geometry } of answer.names) {
    expect(characters.slice(geometry.start, geometry.end).join("")).toBe(geometry.quote);
  }
});
