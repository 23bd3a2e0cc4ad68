import type { Entry } from "@/editor-core/changes";
import { AnswerDocument } from "@/editor-core/document";
import { HotkeyRegistry } from "@/editor-core/hotkey-registry";
import { createSelection } from "@/editor-core/selection";
import type { EditorTask } from "@/editor-core/task";
import type { PlacedField } from "@/editors/contract";
import { ImageEngine } from "@/editors/image/engine/engine";
import { shapeKind } from "@/editors/image/geometries";
import type { RegionsField } from "@/interface/declaration";

const FRAME = { width: 4000, height: 3000 };
const CLASSES = ["car", "person", "tree", "sign", "road", "house", "dog", "cat"];
const FIELD: RegionsField = {
  name: "objects",
  type: "regions",
  on: "image",
  classes: CLASSES.map((value) => ({ value, geometry: "polygon" })),
};
const PLACED: PlacedField<RegionsField> = { field: FIELD, pointer: "/objects", path: "objects" };

/** The same numbers each time. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function polygons(count: number, points: number): Entry[] {
  const random = randomNumbers(7);
  return Array.from({ length: count }, (_, index) => {
    const middle = [60 + random() * (FRAME.width - 120), 60 + random() * (FRAME.height - 120)] as const;
    const size = 8 + 45 * random() ** 2;
    const corners = Array.from({ length: points }, (_, corner) => {
      const angle = (2 * Math.PI * corner) / points;
      const radius = size * (0.7 + 0.3 * random());
      return [middle[0] + radius * Math.cos(angle), middle[1] + radius * Math.sin(angle)] as const;
    });
    const id = String(index + 1);
    const geometry = { type: "polygon", points: corners };
    const value = { id, class: CLASSES[index % CLASSES.length] as string, geometry };
    return { id: `/objects#${id}`, value, order: index };
  });
}

async function photograph(): Promise<ImageBitmap> {
  const canvas = new OffscreenCanvas(FRAME.width, FRAME.height);
  const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
  const sky = context.createLinearGradient(0, 0, FRAME.width, FRAME.height);
  sky.addColorStop(0, "#41576b");
  sky.addColorStop(1, "#8b7d61");
  context.fillStyle = sky;
  context.fillRect(0, 0, FRAME.width, FRAME.height);
  const random = randomNumbers(3);
  for (let spot = 0; spot < 600; spot += 1) {
    context.fillStyle = `hsl(${360 * random()} 25% ${20 + 50 * random()}%)`;
    context.fillRect(FRAME.width * random(), FRAME.height * random(), 160 * random(), 160 * random());
  }
  return createImageBitmap(canvas);
}

function taskWith(entries: readonly Entry[], id: string): EditorTask {
  return {
    id,
    declaration: { version: 1, inputs: [], fields: [FIELD] },
    hotkeys: {},
    data: {},
    media: {},
    document: new AnswerDocument(entries),
    selection: createSelection(),
    commands: new HotkeyRegistry(),
    readOnly: false,
    shownOrder: {},
    overlays: [],
    decoded: () => Promise.reject(new Error("The page shows the picture itself")),
    reveal: () => undefined,
    onReveal: () => () => undefined,
  };
}

const host = document.querySelector<HTMLElement>("#picture") as HTMLElement;
const image = await photograph();
const sets = new Map<number, Entry[]>();
let engine: ImageEngine | null = null;
let opened = 0;

/** What the measuring script calls. */
const bench = {
  prepare(count: number) {
    sets.set(count, polygons(count, 20));
  },
  /** Opens a task with so many polygons; resolves when all of it is painted, sharp. */
  async open(count: number): Promise<void> {
    engine?.close();
    opened += 1;
    const task = taskWith(sets.get(count) ?? [], String(opened));
    const now = new ImageEngine({
      host,
      task,
      fields: [PLACED],
      frame: FRAME,
      kindOf: shapeKind,
      say: () => undefined,
    });
    engine = now;
    await now.stage.showPicture(image);
    await bench.settled();
  },
  settled(): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (engine?.stage.shapes.settled && engine.stage.media.settled) resolve();
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
  },
  /** One call per frame. */
  async frames(count: number, step: (engine: ImageEngine, index: number) => void): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      if (engine !== null) step(engine, index);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  },
  pan: (count: number) =>
    bench.frames(count, ({ viewport }, index) => viewport.panBy(index % 40 < 20 ? 6 : -6, index % 40 < 20 ? 3 : -3)),
  zoom: (count: number) =>
    bench.frames(count, ({ viewport }, index) =>
      viewport.zoomBy(index % 20 < 10 ? 1.05 : 1 / 1.05, { x: 700, y: 400 }),
    ),
  zoomTo: (scale: number) => engine?.viewport.zoomTo(scale, { x: 700, y: 400 }),
  fit: () => engine?.viewport.fit(),
  /** Time of finding the shape under each of many places, in milliseconds each. */
  find(count: number): number {
    const random = randomNumbers(5);
    const started = performance.now();
    for (let index = 0; index < count; index += 1) {
      engine?.shapesAt({ x: FRAME.width * random(), y: FRAME.height * random() });
    }
    return (performance.now() - started) / count;
  },
  /** Selects shapes one after the other; milliseconds of the page's own work for each. */
  select(count: number): number {
    const started = performance.now();
    for (let index = 0; index < count; index += 1) engine?.select([`/objects#${index + 1}`]);
    return (performance.now() - started) / count;
  },
  /** Where a shape's middle is on the page. */
  middleOf(number: number) {
    const shape = engine?.shapes.get(`/objects#${number}`);
    if (shape === undefined || engine === null) return null;
    const { left, right, top, bottom } = shape.bounds;
    return engine.viewport.toScreen({ x: (left + right) / 2, y: (top + bottom) / 2 });
  },
  selected: () => engine?.selectedIds ?? [],
  region: (number: number) => engine?.task.document.get(`/objects#${number}`)?.value,
  close() {
    engine?.close();
    engine = null;
  },
};

export type Bench = typeof bench;
Object.assign(window, { bench });
