import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HotkeyRegistry, isKey } from "@/editor-core/hotkey-registry";
import { remapCommand, storedRemapping } from "@/editor-core/hotkey-settings";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function press(key: string, more: Partial<KeyboardEvent> = {}): KeyboardEvent {
  return { key, code: "", target: null, preventDefault: () => undefined, ...more } as KeyboardEvent;
}

function setUp() {
  const registry = new HotkeyRegistry();
  const ran: string[] = [];
  const command = (id: string, ...keys: string[]) => ({ id, label: id, keys, run: () => void ran.push(id) });
  return { registry, ran, command };
}

test("an inner scope hides an outer one, and a later registration an earlier", () => {
  const { registry, ran, command } = setUp();
  registry.register("global", [command("outer", "b")]);
  registry.register("tool", [command("first", "b")]);
  const end = registry.register("tool", [command("second", "b")]);
  registry.handle(press("b"));
  end();
  registry.handle(press("b"));
  expect(ran).toEqual(["second", "first"]);
  expect(registry.conflicts()).toEqual([]);
});

test("a sequence waits for its second key, is visible meanwhile, and ends by time or Escape", () => {
  const { registry, ran, command } = setUp();
  registry.register("editor", [command("cat", "g c"), command("c", "c")]);
  expect(registry.handle(press("g"))).toBe(true);
  expect(registry.pending).toBe("g");
  registry.handle(press("c"));
  registry.handle(press("g"));
  vi.advanceTimersByTime(1500);
  expect(registry.pending).toBeNull();
  registry.handle(press("c"));
  registry.handle(press("g"));
  expect(registry.handle(press("Escape"))).toBe(true);
  registry.handle(press("c"));
  expect(ran).toEqual(["cat", "c", "c"]);
});

test("keys by place, with Mod, by signs, on another script, and none while composing", () => {
  const { registry, ran, command } = setUp();
  registry.register("global", [
    command("place", "code:KeyW"),
    command("undo", "Mod+z"),
    command("help", "?"),
    command("big", "Shift+d"),
    command("box", "b"),
  ]);
  registry.handle(press("z", { code: "KeyW" }));
  registry.handle(press("z", { metaKey: true }));
  registry.handle(press("?", { shiftKey: true, code: "Minus" }));
  registry.handle(press("D", { shiftKey: true, code: "KeyD" }));
  registry.handle(press("и", { code: "KeyB" }));
  registry.handle(press("b", { isComposing: true }));
  registry.handle(press("b", { keyCode: 229 }));
  expect(ran).toEqual(["place", "undo", "help", "big", "box"]);
});

test("a dialog keeps every key from what is behind it, sequences too", () => {
  const { registry, ran, command } = setUp();
  registry.register("editor", [command("cat", "g c"), command("b", "b")]);
  registry.register("dialog", [command("close", "Escape")]);
  expect([registry.handle(press("b")), registry.handle(press("g"))]).toEqual([false, false]);
  registry.handle(press("Escape"));
  expect(ran).toEqual(["close"]);
});

test("a person's keys are kept, validated, and only ever data", () => {
  const { registry, ran, command } = setUp();
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
  };
  registry.register("global", [command("box", "b"), command("constructor", "c")]);
  remapCommand(registry, storage, "ann", "box", ["x", "<img src=x onerror=alert(1)>"]);
  registry.handle(press("b"));
  registry.handle(press("x"));
  registry.handle(press("c"));
  expect(ran).toEqual(["box", "constructor"]);
  expect(storedRemapping(storage, "ann")).toEqual({ box: ["x"] });
  expect(storedRemapping(storage, "bob")).toEqual({});
  for (const hostile of ["null", "[1]", "{", '{"box":"b"}', '{"__proto__":["not a key at all"]}']) {
    kept.set("assay.hotkeys.eve", hostile);
    expect(Object.keys(storedRemapping(storage, "eve"))).toEqual([]);
  }
  remapCommand(registry, storage, "ann", "box", ["c"]);
  expect(registry.conflicts().map(([one, other, key]) => [one.id, other.id, key])).toEqual([
    ["box", "constructor", "c"],
  ]);
  expect(isKey("Mod+Shift+z")).toBe(true);
});
