import "fake-indexeddb/auto";
import { afterEach, expect, test } from "vitest";
import { ApiProblem, Unreachable } from "@/api/problem";
import type { OutboxEntry, Sent } from "@/editor-core/outbox/entry";
import { queued } from "@/editor-core/outbox/locks";
import { Outbox } from "@/editor-core/outbox/outbox";
import { openWorkDatabase, type WorkDatabase } from "@/editor-core/work-database";

const open: WorkDatabase[] = [];
afterEach(() => {
  for (const database of open.splice(0)) database.close();
});

async function database(): Promise<WorkDatabase> {
  const made = await openWorkDatabase(crypto.randomUUID());
  open.push(made);
  return made;
}

function entry(id: string, time: number, owner = "ann/acme"): OutboxEntry {
  const body = {
    annotation_id: id,
    lease_id: "l",
    token: "t",
    answer: { a: id },
    active_ms: 0,
    lease_next: 0,
  };
  return { id, owner, tenant: "acme", project: "p", time, attempts: 0, kind: "submit", body };
}

function refusal(status: number, code: string): ApiProblem {
  return new ApiProblem(status, { type: "x", title: code, status, code, detail: code });
}

/** A server whose answers are written down; "lost" does the work but the answer never arrives. */
function server(...answers: ("ok" | "lost" | "cut" | ApiProblem)[]) {
  const done = new Set<string>();
  const calls: string[] = [];
  const send = async (sent: OutboxEntry): Promise<Sent> => {
    calls.push(sent.id);
    const answer = answers.shift() ?? "ok";
    if (answer === "ok" || answer === "lost") done.add(sent.id);
    if (answer === "ok") return { leases: [] };
    throw answer === "lost" || answer === "cut" ? new Unreachable(null) : answer;
  };
  return { done, calls, send };
}

test("what did not arrive is sent again, in order, under the same id, until it has", async () => {
  const delays: number[] = [];
  const retries: (() => void)[] = [];
  const { done, calls, send } = server("cut", "lost", refusal(503, "busy"));
  const schedule = (run: () => void, delay: number) => {
    delays.push(delay);
    retries.push(run);
    return () => undefined;
  };
  const outbox = new Outbox({
    database: await database(),
    owner: "ann/acme",
    send,
    schedule,
    random: () => 1,
  });
  await outbox.put(entry("one", 1));
  await outbox.settled();
  await outbox.put(entry("two", 2));
  await outbox.settled();
  while (retries.length > 0 && outbox.store.getState().waiting.length > 0) {
    retries.pop()?.();
    await outbox.settled();
  }
  expect([...done]).toEqual(["one", "two"]);
  expect(calls).toEqual(["one", "one", "one", "one", "two"]);
  expect(delays).toEqual([500, 1000, 2000]);
  expect(outbox.store.getState()).toMatchObject({ waiting: [], connection: "online" });
});

test("after a reload and for its own person only", async () => {
  const shared = await database();
  const cut = server("cut");
  const first = new Outbox({
    database: shared,
    owner: "ann/acme",
    send: cut.send,
    schedule: () => () => undefined,
  });
  await first.put(entry("hers", 1));
  await first.settled();
  first.close();
  const other = server();
  const his = new Outbox({ database: shared, owner: "bob/acme", send: other.send });
  his.flush();
  await his.settled();
  await his.discard("hers");
  expect(await his.takeBack("hers")).toBe(false);
  expect([other.calls, his.store.getState().waiting]).toEqual([[], []]);
  const back = server();
  const again = new Outbox({ database: shared, owner: "ann/acme", send: back.send });
  again.flush();
  await again.settled();
  expect(back.calls).toEqual(["hers"]);
});

test("a refused entry is parked with its reason, others go on, and it can be tried again", async () => {
  const { done, send } = server(refusal(409, "lease_lost"));
  const outbox = new Outbox({ database: await database(), owner: "ann/acme", send });
  await outbox.put(entry("one", 1));
  await outbox.put(entry("two", 2));
  await outbox.settled();
  expect(outbox.store.getState().refused).toMatchObject([
    { id: "one", refused: { code: "lease_lost" }, body: { answer: { a: "one" } } },
  ]);
  expect([...done]).toEqual(["two"]);
  await outbox.retry("one");
  await outbox.settled();
  expect([...done]).toEqual(["two", "one"]);
  expect(outbox.store.getState().refused).toEqual([]);
});

test("signed out, everything waits; two tabs send each entry once", async () => {
  const shared = await database();
  const { calls, send } = server(refusal(401, "unauthenticated"));
  const exclusively = queued();
  const one = new Outbox({ database: shared, owner: "ann/acme", send, exclusively });
  await one.put(entry("a", 1));
  await one.settled();
  expect(one.store.getState()).toMatchObject({ connection: "signed-out", waiting: [{ id: "a" }] });
  const two = new Outbox({ database: shared, owner: "ann/acme", send, exclusively });
  one.flush();
  two.flush();
  await Promise.all([one.settled(), two.settled()]);
  expect(calls).toEqual(["a", "a"]);
});

test("only what was never tried can be taken back", async () => {
  const shared = await database();
  const { send } = server("cut");
  const outbox = new Outbox({ database: shared, owner: "ann/acme", send, schedule: () => () => undefined });
  await shared.put("outbox", entry("fresh", 1));
  expect(await outbox.takeBack("fresh")).toBe(true);
  await outbox.put(entry("tried", 2));
  await outbox.settled();
  expect(await outbox.takeBack("tried")).toBe(false);
});
