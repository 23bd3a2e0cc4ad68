import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { ActivityTracker } from "@/editor-core/activity";
import { AnswerDocument } from "@/editor-core/document";
import { DraftKeeper, recoverDraft } from "@/editor-core/drafts";
import { openWorkDatabase } from "@/editor-core/work-database";

test("a crash loses nothing: the document comes back as it was, with what can be undone", async () => {
  const database = await openWorkDatabase(crypto.randomUUID());
  const document = new AnswerDocument([{ id: "/objects#1", value: "a", order: 1 }]);
  const base = { key: "k", owner: "o", entries: [...document.entries()], revision: 0 };
  const saved: number[] = [];
  const save = async (_: unknown, seen: number) => saved.push(seen);
  const keeper = new DraftKeeper({
    database,
    base,
    document,
    answer: () => ({}),
    save,
    isConflict: () => false,
    onConflict: () => undefined,
  });
  document.change((edit) => edit.put("/objects#2", "b"));
  document.change((edit) => edit.reorder("/objects#2", 0));
  document.change((edit) => edit.put("/note", "x"));
  document.undo();
  await keeper.written();
  await keeper.saveNow();
  expect(saved).toEqual([0]);
  const recovered = await recoverDraft(database, "k");
  expect(recovered?.revision).toBe(1);
  expect([...recovered!.document.entries()]).toEqual([...document.entries()]);
  while (recovered!.document.canUndo) recovered!.document.undo();
  expect([...recovered!.document.entries()]).toEqual([{ id: "/objects#1", value: "a", order: 1 }]);
  await keeper.forget();
  expect(await recoverDraft(database, "k")).toBeNull();
  expect(await database.count("operations")).toBe(0);
  database.close();
});

test("only present and recent time counts, and goes to the field that was changed", () => {
  let now = 0;
  const tracker = new ActivityTracker(() => now);
  const document = new AnswerDocument([], () => now);
  document.subscribe((change) => tracker.changed(change));
  now = 10_000;
  document.change((edit) => edit.put("/weather", "sun"));
  now = 100_000;
  expect(tracker.total).toBe(40_000);
  tracker.input();
  now = 105_000;
  tracker.present(false);
  now = 110_000;
  tracker.present(true);
  document.change((edit) => edit.put("/note", "x"));
  expect(tracker.total).toBe(45_000);
  expect([...tracker.fields]).toEqual([
    ["/weather", 10_000],
    ["/note", 35_000],
  ]);
});
