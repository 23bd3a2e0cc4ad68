import type { Page } from "@playwright/test";
import { decodeCounts } from "../../src/editors/image/geometries/run-lengths";
import { expect, test } from "./fixtures";
import { gridPicture } from "./support/picture";
import type { ProjectOfTest, Tenant } from "./support/tenant";

const WIDTH = 400;
const HEIGHT = 300;

const SKELETON = {
  points: ["head", "hand", "foot"],
  edges: [
    ["head", "hand"],
    ["hand", "foot"],
  ],
};

const SHAPES = {
  version: 1,
  inputs: [{ name: "image", type: "image", source: "$.image" }],
  fields: [
    {
      name: "objects",
      type: "regions",
      on: "image",
      classes: [
        { value: "car", geometry: "box", hotkey: "1" },
        { value: "lake", geometry: "polygon", hotkey: "2" },
        { value: "tree", geometry: "point", hotkey: "3" },
        { value: "cloud", geometry: "mask", hotkey: "4" },
        { value: "person", geometry: "keypoints", hotkey: "5", constraints: SKELETON },
        { value: "ship", geometry: "rotated_box", hotkey: "6" },
        { value: "road", geometry: "polyline", hotkey: "7" },
        { value: "cell", geometry: "ellipse", hotkey: "8" },
        { value: "crate", geometry: "cuboid2d", hotkey: "9" },
      ],
    },
  ],
};

type Region = { readonly class: string; readonly geometry: { readonly [key: string]: unknown } };

async function project(tenant: Tenant, items = 1): Promise<ProjectOfTest> {
  const made = await tenant.project({ interface: SHAPES });
  const image = await made.upload(gridPicture(WIDTH, HEIGHT), "grid.png");
  await made.add(Array.from({ length: items }, (_, number) => ({ image, number })));
  return made;
}

/** Open the project's task, and wait until its keys are heard. */
async function open(page: Page, made: ProjectOfTest): Promise<void> {
  await page.goto(made.page("annotate"));
  await expect(page.getByRole("toolbar", { name: "Picture tools" })).toBeVisible({ timeout: 30_000 });
  await expect(async () => {
    await page.keyboard.press("2");
    await expect(page.getByText("Next: lake")).toBeVisible({ timeout: 1000 });
  }).toPass();
}

async function keys(page: Page, ...pressed: readonly string[]): Promise<void> {
  for (const key of pressed) await page.keyboard.press(key);
}

function times(count: number, key: string): string[] {
  return Array<string>(count).fill(key);
}

/** The regions of the only annotation, once it is stored. */
async function storedRegions(made: ProjectOfTest): Promise<readonly Region[]> {
  await expect.poll(async () => (await made.annotations()).length).toBe(1);
  const [annotation] = await made.annotations();
  const answer: unknown = annotation?.answer;
  return (answer as { readonly objects: readonly Region[] }).objects;
}

function foreground(geometry: Region["geometry"]): number {
  const counts = decodeCounts(geometry.counts as string) ?? [];
  return counts.reduce((sum, count, index) => sum + (index % 2 === 1 ? count : 0), 0);
}

const right = (count: number) => times(count, "Shift+ArrowRight");
const left = (count: number) => times(count, "Shift+ArrowLeft");
const down = (count: number) => times(count, "Shift+ArrowDown");
const up = (count: number) => times(count, "Shift+ArrowUp");

test("five kinds of shapes are drawn by the keyboard alone, from lease to submit", async ({
  tenant,
  signIn,
}) => {
  const made = await project(tenant);
  const page = await signIn("annotator");
  await open(page, made);

  // The crosshair begins in the middle of the picture: 200, 150.
  await keys(page, "1", ...right(2), "Space", ...right(4), ...down(3), "Space");
  await keys(page, "Escape", "2", "ArrowRight", "Space", ...right(4), "Space", ...down(5), "Space", "Enter");
  await keys(page, "Escape", "3", ...left(20), ...up(10), "Space");
  await keys(page, "Escape", "4", ...times(4, "["), ...right(3), "Space", ...right(1), "Space");
  await keys(page, "Escape", "5", ...down(4), "Space", ...down(2), "h", "Space", "Shift+X");
  await keys(page, "Enter");

  const regions = await storedRegions(made);
  expect(regions.map((each) => each.class)).toEqual(["car", "lake", "tree", "cloud", "person"]);
  const [car, lake, tree, cloud, person] = regions as [Region, Region, Region, Region, Region];
  expect(car.geometry).toEqual({ type: "box", x: 220, y: 150, w: 40, h: 30 });
  expect(lake.geometry).toEqual({
    type: "polygon",
    points: [
      [261, 180],
      [301, 180],
      [301, 230],
    ],
  });
  expect(tree.geometry).toEqual({ type: "point", x: 101, y: 130 });
  // Two discs of radius 8.2 whose middles are 10 apart.
  expect(cloud.geometry).toMatchObject({ type: "mask", size: [HEIGHT, WIDTH] });
  expect(foreground(cloud.geometry)).toBeGreaterThan(330);
  expect(foreground(cloud.geometry)).toBeLessThan(380);
  expect(person.geometry).toEqual({
    type: "keypoints",
    points: { head: [141, 170, 2], hand: [141, 190, 1] },
  });
});

test("the other kinds of shapes are drawn by the keyboard alone, too", async ({ tenant, signIn }) => {
  const made = await project(tenant);
  const page = await signIn("annotator");
  await open(page, made);

  await keys(page, "1", "Shift+E", ...up(1), "Space", ...down(2), ...left(3), "Space");
  await keys(page, ...right(6), "Space", ...down(3), ...left(2), "Space");
  await keys(page, "Escape", "6", "Space", ...right(5), "Space", ...up(2), "Space");
  await keys(page, "Escape", "7", "Space", ...left(6), "Space", "Backspace", ...up(6), "Space", "Enter");
  await keys(page, "Escape", "8", "Space", ...left(4), ...up(2), "Space");
  await keys(page, "Escape", "9", "Space", ...right(4), ...down(4), "Space", "]", ...right(1), "Enter");
  await keys(page, "Enter");

  const regions = await storedRegions(made);
  expect(regions.map((each) => each.geometry)).toEqual([
    { type: "box", x: 170, y: 140, w: 60, h: 50 },
    { type: "rotated_box", cx: 235, cy: 180, w: 50, h: 20, angle: 0 },
    {
      type: "polyline",
      points: [
        [260, 170],
        [200, 110],
      ],
    },
    { type: "ellipse", cx: 180, cy: 100, rx: 20, ry: 10, angle: 0 },
    {
      type: "cuboid2d",
      front: [
        [160, 90],
        [200, 90],
        [200, 130],
        [160, 130],
      ],
      back: [
        [194, 114],
        [226, 114],
        [226, 146],
        [194, 146],
      ],
    },
  ]);
});

test("a mask is painted and erased by the pointer, stroke by stroke", async ({ tenant, signIn }) => {
  const made = await project(tenant);
  const page = await signIn("annotator");
  await open(page, made);
  const view = await page.getByRole("application").boundingBox();
  if (view === null) throw new Error("The picture is not shown");
  const at = (x: number, y: number) =>
    [view.x + view.width / 2 + x - 200, view.y + view.height / 2 + y - 150] as const;
  const drag = async (...places: readonly (readonly [number, number])[]) => {
    const [first = [0, 0], ...rest] = places;
    await page.mouse.move(...at(...first));
    await page.mouse.down();
    for (const place of rest) await page.mouse.move(...at(...place), { steps: 4 });
    await page.mouse.up();
  };
  await keys(page, "4", "Control+0");
  await drag([100, 150], [200, 150]);
  await drag([200, 150], [200, 250]);
  await page.keyboard.press("Shift+N");
  await drag([150, 100], [150, 200]);
  await drag([60, 150], [240, 150]);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+Enter");

  const [cloud, ...others] = await storedRegions(made);
  expect(others).toEqual([]);
  if (cloud === undefined) return;
  // Two strokes of 40 pixels across and 100 long with round ends, less what they share, less the gap.
  const disc = Math.PI * 20 * 20;
  const expected = 2 * (100 * 40 + disc) - (20 * 20 + 0.75 * disc) - 40 * 40;
  expect(Math.abs(foreground(cloud.geometry) - expected)).toBeLessThan(0.01 * expected);
});

test("shapes are drawn, moved and undone by the pointer", async ({ tenant, signIn }) => {
  const made = await project(tenant);
  const page = await signIn("annotator");
  await open(page, made);
  const picture = page.getByRole("application");
  const view = await picture.boundingBox();
  if (view === null) throw new Error("The picture is not shown");
  const middle = { x: view.x + view.width / 2, y: view.y + view.height / 2 };

  const drag = async (from: readonly [number, number], to: readonly [number, number]) => {
    await page.mouse.move(middle.x + from[0], middle.y + from[1]);
    await page.mouse.down();
    await page.mouse.move(middle.x + to[0], middle.y + to[1], { steps: 4 });
    await page.mouse.up();
  };
  await page.keyboard.press("1");
  // At its own size a pixel of the picture is one of the screen, and what was in the middle stays there.
  await page.keyboard.press("Control+0");
  await drag([-60, -40], [20, 30]);
  await drag([80, 80], [120, 110]);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("v");
  await drag([-20, -10], [10, 5]);
  await page.keyboard.press("Control+Enter");

  const [car, ...others] = await storedRegions(made);
  expect(others).toEqual([]);
  expect(car?.class).toBe("car");
  if (car === undefined) return;
  const { x, y, w, h } = car.geometry as Record<"x" | "y" | "w" | "h", number>;
  for (const [is, wanted] of [
    [x, 200 - 60 + 30],
    [y, 150 - 40 + 15],
    [w, 80],
    [h, 70],
  ] as const)
    expect(Math.abs(is - wanted)).toBeLessThanOrEqual(1);
});

test("an outline that crosses itself is told at once and not sent until it is mended", async ({
  tenant,
  signIn,
}) => {
  const made = await project(tenant);
  const page = await signIn("annotator");
  await open(page, made);
  const said = page.getByRole("status").filter({ hasText: "The outline touches or crosses itself" });
  await keys(page, "2", ...left(4), "Space", ...right(8), ...down(8), "Space");
  await keys(page, ...left(9), "Space", ...right(8), ...up(10), "Space", "Enter");
  await expect(said).toBeVisible();
  await keys(page, "Enter");
  await expect(page.getByText("1 answer is missing or wrong")).toBeVisible();
  // Another one in its place can be sent.
  await keys(page, "Delete", "Space", ...down(2), "Space", ...left(2), "Space", "Enter", "Enter");
  const [lake] = await storedRegions(made);
  expect(lake?.geometry).toEqual({
    type: "polygon",
    points: [
      [230, 130],
      [230, 150],
      [210, 150],
    ],
  });
});
