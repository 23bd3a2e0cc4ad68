import type {
  Bitmap,
  Point,
  Sketch,
  Tool,
  ToolDefinition,
  ToolEvent,
  ToolHost,
} from "@/editors/image/contract";
import { mask, maskOf, pixelsOf } from "@/editors/image/geometries/mask";
import { clamp, constraint, inFrame } from "@/editors/image/geometries/plane";
import type { MaskValue } from "@/editors/image/geometries/values";
import { ClickTool } from "@/editors/image/tools/click-tool";
import { tellProblem } from "./committing";
import { PaintBuffer } from "./paint-buffer";
import { PathTool } from "./path";
import { tell } from "./saying";

const SMALLEST_RADIUS = 1;
const LARGEST_RADIUS = 1000;
const RADIUS_STEP = 1.25;

/** In picture pixels. It stays the same from tool to tool and from task to task. */
let radius = 20;

/** The pixels of the selected mask; null when none is selected. */
function selectedPixels(host: ToolHost): Bitmap | null {
  const selected = host.selected();
  return selected?.type === "mask" ? pixelsOf(selected as MaskValue) : null;
}

/** The pixels become the selected mask, or a new one when none is selected. */
function store(buffer: PaintBuffer, host: ToolHost, replacing: boolean): boolean {
  const bitmap = buffer.cropped();
  if (bitmap === null) {
    tell(host, "emptyMask");
    return false;
  }
  const value = maskOf(bitmap, host.frame);
  if (replacing) host.replace(value);
  else {
    host.commit(value);
    tell(host, "newMask");
  }
  tellSize(value, host);
  return true;
}

/** What the class asks of the size: the rules for masks need their pixels. */
function tellSize(value: MaskValue, host: ToolHost): void {
  const { width, height } = pixelsOf(value);
  const area = constraint(host.declared, "min_area", 0);
  const least = constraint(host.declared, "min_px", 0);
  const most = constraint(host.declared, "max_px", Number.POSITIVE_INFINITY);
  if (Math.min(width, height) < least) tellProblem({ message: "min_px", values: { count: least } }, host);
  else if (Math.max(width, height) > most) tellProblem({ message: "max_px", values: { count: most } }, host);
  else if (mask.area(value) < area) tellProblem({ message: "min_area", values: { count: area } }, host);
}

/** Adds to the selected mask or takes from it, one stroke after the other. Pen pressure widens the brush. */
class BrushTool implements Tool {
  readonly cursor = "none";
  readonly #host: ToolHost;
  readonly #value: 0 | 1;
  #buffer: PaintBuffer | null = null;
  #replacing = false;
  #last: Point | null = null;

  constructor(host: ToolHost, value: 0 | 1) {
    this.#host = host;
    this.#value = value;
  }

  down(event: ToolEvent): void {
    if (event.button !== 0) return;
    const base = selectedPixels(this.#host);
    if (base === null && this.#value === 0) {
      tell(this.#host, "noMask");
      return;
    }
    this.#replacing = base !== null;
    this.#buffer = new PaintBuffer(this.#host.frame, base);
    this.#last = null;
    this.#paint(event);
  }

  move(event: ToolEvent): void {
    this.#paint(event);
  }

  up(event: ToolEvent): void {
    this.#paint(event);
    const buffer = this.#buffer;
    this.#buffer = null;
    if (buffer !== null) store(buffer, this.#host, this.#replacing);
    this.#host.changed();
  }

  finish(): boolean {
    return false;
  }

  cancel(): boolean {
    const begun = this.#buffer !== null;
    this.#buffer = null;
    if (begun) this.#host.changed();
    return begun;
  }

  back(): boolean {
    return this.cancel();
  }

  key(name: string): boolean {
    if (name !== "larger" && name !== "smaller") return false;
    const wanted = name === "larger" ? radius * RADIUS_STEP : radius / RADIUS_STEP;
    radius = clamp(Math.round(wanted * 100) / 100, SMALLEST_RADIUS, LARGEST_RADIUS);
    tell(this.#host, "brush", { size: Math.round(radius * 2) });
    this.#host.changed();
    return true;
  }

  sketch(): Sketch | null {
    if (this.#last === null) return null;
    const brush = { ...this.#last, radius };
    if (this.#buffer === null) return { outlines: [], dots: [], brush };
    return { outlines: [], dots: [], brush, bitmap: this.#buffer.bitmap, replacing: this.#replacing };
  }

  #paint(event: ToolEvent): void {
    const to = { x: event.x, y: event.y };
    const width = Math.max(SMALLEST_RADIUS, radius * (0.5 + event.pressure));
    this.#buffer?.stroke(this.#last ?? to, to, width, this.#value);
    this.#last = to;
    this.#host.changed();
  }
}

/** Fills the hole of the selected mask that is clicked. */
class FillTool extends ClickTool {
  readonly #host: ToolHost;

  constructor(host: ToolHost) {
    super();
    this.#host = host;
  }

  override down(event: ToolEvent): void {
    if (event.button !== 0) return;
    const base = selectedPixels(this.#host);
    if (base === null) {
      tell(this.#host, "noMask");
      return;
    }
    const buffer = new PaintBuffer(this.#host.frame, base);
    if (buffer.fill(inFrame(event, this.#host.frame))) store(buffer, this.#host, true);
    else tell(this.#host, "open");
  }
}

/** A polygon whose inside is added to the selected mask, or taken from it. */
function outlineTool(host: ToolHost, value: 0 | 1): Tool {
  return new PathTool(host, {
    closed: true,
    leastPoints: 3,
    done(points) {
      const base = selectedPixels(host);
      if (base === null && value === 0) {
        tell(host, "noMask");
        return false;
      }
      const buffer = new PaintBuffer(host.frame, base);
      buffer.ring(points, value);
      return store(buffer, host, base !== null);
    },
  });
}

const BRUSH_KEYS = [
  { name: "smaller", keys: ["["] },
  { name: "larger", keys: ["]"] },
];

export const MASK_TOOLS: readonly ToolDefinition[] = [
  {
    id: "mask.brush",
    makes: ["mask"],
    label: "tools.mask-brush",
    icon: "IconBrush",
    keys: ["Shift+m"],
    ownKeys: BRUSH_KEYS,
    create: (host) => new BrushTool(host, 1),
  },
  {
    id: "mask.erase",
    makes: ["mask"],
    label: "tools.mask-erase",
    icon: "IconEraser",
    keys: ["Shift+n"],
    ownKeys: BRUSH_KEYS,
    create: (host) => new BrushTool(host, 0),
  },
  {
    id: "mask.polygon",
    makes: ["mask"],
    label: "tools.mask-polygon",
    icon: "IconLassoPolygon",
    keys: ["Shift+g"],
    create: (host) => outlineTool(host, 1),
  },
  {
    id: "mask.polygon-erase",
    makes: ["mask"],
    label: "tools.mask-polygon-erase",
    icon: "IconPolygonOff",
    keys: ["Shift+t"],
    create: (host) => outlineTool(host, 0),
  },
  {
    id: "mask.fill",
    makes: ["mask"],
    label: "tools.mask-fill",
    icon: "IconBucketDroplet",
    keys: ["Shift+f"],
    create: (host) => new FillTool(host),
  },
];
