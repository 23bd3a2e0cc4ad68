import { expect, test } from "./fixtures";
import type { ProjectOfTest } from "./support/tenant";

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

/** Answer every task of a project through the API, each with a key of its own. */
async function answered(project: ProjectOfTest, ...moods: string[]): Promise<void> {
  for (const [index, mood] of moods.entries()) {
    const { key } = await project.tenant.call<{ key: string }>("POST", "/api-keys", {
      name: `annotator ${index}`,
      role: "annotator",
    });
    const call = async (path: string, body: object) => {
      const response = await fetch(
        `${project.tenant.address}/api/v1/tenants/${project.tenant.id}/projects/${project.id}${path}`,
        {
          method: "POST",
          headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
          body: JSON.stringify(body),
        },
      );
      if (!response.ok) throw new Error(await response.text());
      return (await response.json()) as { leases: { id: string; token: string }[] };
    };
    for (const lease of (await call("/leases", { count: 5 })).leases) {
      await call("/annotations", {
        annotation_id: crypto.randomUUID(),
        lease_id: lease.id,
        token: lease.token,
        answer: { mood },
        active_ms: 1000,
      });
    }
  }
  const figures = async () =>
    (await project.call<{ project: { tasks: Record<string, number> } }>("GET", "/figures")).project.tasks
      .review;
  await expect.poll(figures, { timeout: 20_000 }).toBeGreaterThan(0);
}

const workflow = { overlap: 2, review: { sample: 1 } };

async function labels(project: ProjectOfTest): Promise<unknown[]> {
  const { items } = await project.call<{ items: { id: string }[] }>("GET", "/tasks?limit=100");
  const all = await Promise.all(
    items.map((task) =>
      project.call<{ answer: unknown; revision: number }[]>("GET", `/tasks/${task.id}/labels`),
    ),
  );
  return all.map((each) => each.sort((a, b) => b.revision - a.revision)[0]?.answer);
}

test("a reviewer goes to the difference, takes the other opinion over and submits the fix, by keys", async ({
  tenant,
  signIn,
}) => {
  const project = await tenant.project({ interface: MOOD, items: [{ text: "a text" }], workflow });
  await answered(project, "good", "bad");
  const page = await signIn("reviewer");
  await page.goto(project.page("review"));
  await expect(page.getByRole("heading", { name: "1 difference" })).toBeVisible();
  const before = (await labels(project))[0] as { mood: string };
  await page.keyboard.press("j");
  await page.keyboard.press("Alt+1");
  await expect(page.getByRole("button", { name: /Submit my fix/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Nothing waits for a review" })).toBeVisible();
  await expect
    .poll(async () => (await labels(project))[0])
    .toEqual({ mood: before.mood === "good" ? "bad" : "good" });
});

test("what all agree on is accepted with one key", async ({ tenant, signIn }) => {
  const project = await tenant.project({
    interface: MOOD,
    items: [{ text: "one" }, { text: "two" }],
    workflow,
  });
  await answered(project, "good", "good");
  const page = await signIn("reviewer");
  await page.goto(project.page("review"));
  for (const text of ["one", "two"]) {
    await expect(page.getByText(text, { exact: true }).first()).toBeVisible();
    await expect(page.getByText("All agree.")).toBeVisible();
    await page.keyboard.press("Enter");
  }
  await expect(page.getByRole("heading", { name: "Nothing waits for a review" })).toBeVisible();
  const states = async () =>
    (await project.call<{ items: { state: string }[] }>("GET", "/tasks")).items.map((task) => task.state);
  await expect.poll(states).toEqual(["done", "done"]);
});

test("a task is sent back only with a comment, which the annotator then reads", async ({
  tenant,
  signIn,
}) => {
  const project = await tenant.project({
    interface: MOOD,
    items: [{ text: "a text" }],
    workflow: { review: { sample: 1 }, send_back_to: "anyone" },
  });
  await answered(project, "good");
  const page = await signIn("reviewer");
  await page.goto(project.page("review"));
  await expect(page.getByRole("button", { name: /^Accept/ })).toBeVisible();
  await page.keyboard.press("Control+Shift+b");
  await expect(page.getByText(/Say in a comment/)).toBeVisible();
  await page.getByLabel("Comment", { exact: true }).fill("Read the last line again.");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("Read the last line again.")).toBeVisible();
  await page.keyboard.press("Control+Shift+b");
  await expect(page.getByRole("heading", { name: "Nothing waits for a review" })).toBeVisible();
  const annotator = await signIn("annotator", "somebody-else");
  await annotator.goto(project.page("annotate"));
  await expect(annotator.getByText("Read the last line again.")).toBeVisible();
});
