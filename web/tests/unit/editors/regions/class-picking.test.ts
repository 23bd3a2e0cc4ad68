import { expect, test } from "vitest";
import { AnswerDocument } from "@/editor-core/document";
import { HotkeyRegistry } from "@/editor-core/hotkey-registry";
import { createSelection } from "@/editor-core/selection";
import type { EditorTask } from "@/editor-core/task";
import type { PlacedRegions } from "@/editors/regions/actions";
import { activeClassOf, pickClass, takeClasses } from "@/editors/regions/class-picking";
import type { RegionsField } from "@/interface/declaration";

const field: RegionsField = {
  name: "objects",
  type: "regions",
  on: "picture",
  classes: [
    { value: "car", geometry: "box" },
    { value: "bus", geometry: "box" },
    { value: "road", geometry: "polygon" },
  ],
};
const placed: PlacedRegions = { field, pointer: "/objects", path: "objects" };

function openTask(readOnly = false): EditorTask {
  const document = new AnswerDocument();
  document.change((edit) => {
    edit.put("/objects#1", { id: "1", class: "car", geometry: { type: "box" } });
    edit.put("/objects#2", { id: "2", class: "car", geometry: { type: "box" } });
    edit.put("/objects#3", { id: "3", class: "road", geometry: { type: "polygon" } });
    edit.put("/others#1", { id: "1", class: "car", geometry: { type: "box" } });
  });
  return {
    id: "task",
    declaration: { version: 1, inputs: [], fields: [field] },
    hotkeys: {},
    data: {},
    media: {},
    document,
    selection: createSelection(),
    commands: new HotkeyRegistry(),
    readOnly,
    shownOrder: {},
    overlays: [],
    decoded: () => Promise.reject(new Error("No picture")),
    reveal: () => undefined,
    onReveal: () => () => undefined,
  };
}

const classes = (task: EditorTask) =>
  ["/objects#1", "/objects#2", "/objects#3", "/others#1"].map((id) => task.document.region(id)?.class);

test("without a selection the class is the active one, and the field too", () => {
  const task = openTask();
  expect(activeClassOf(task.selection.getState().activeClass, placed)).toBe("car");
  task.selection.setState({ selected: ["/others#1"] });
  expect(pickClass(task, placed, "bus")).toEqual({ kind: "active" });
  const { activeClass, activeField } = task.selection.getState();
  expect([activeClassOf(activeClass, placed), activeField]).toEqual(["bus", "/objects"]);
  expect(classes(task)).toEqual(["car", "car", "road", "car"]);
});

test("with a selection it relabels what fits and is not locked, as one step of undo", () => {
  const task = openTask();
  const selected = ["/objects#1", "/objects#2", "/objects#3", "/others#1"];
  task.selection.setState({ selected, locked: new Set(["/objects#2"]) });
  expect(pickClass(task, placed, "bus")).toEqual({ kind: "relabelled", changed: 1, unfit: 1, locked: 1 });
  expect(classes(task)).toEqual(["bus", "car", "road", "car"]);
  task.document.undo();
  expect(classes(task)).toEqual(["car", "car", "road", "car"]);
});

test("who only reads relabels nothing", () => {
  const task = openTask(true);
  task.selection.setState({ selected: ["/objects#1"] });
  expect(pickClass(task, placed, "bus")).toEqual({ kind: "active" });
  expect(classes(task)).toEqual(["car", "car", "road", "car"]);
});

test("an input's editor may take the class for itself until it ends that", () => {
  const task = openTask();
  task.selection.setState({ selected: ["/objects#1"] });
  const taken: string[] = [];
  const stop = takeClasses(task, (at, name) => {
    taken.push(`${at.pointer} ${name}`);
    return name === "bus";
  });
  expect(pickClass(task, placed, "bus")).toEqual({ kind: "taken" });
  expect(classes(task)[0]).toBe("car");
  expect(pickClass(task, placed, "car").kind).toBe("relabelled");
  stop();
  expect(pickClass(task, placed, "bus").kind).toBe("relabelled");
  expect(taken).toEqual(["/objects bus", "/objects car"]);
});
