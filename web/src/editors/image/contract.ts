/**
 * What the engine (draws, finds, moves) and the geometries (know one kind of shape each) ask of each other.
 * Coordinates are pixels of the picture as EXIF turns it; angles are degrees, clockwise.
 */
import type { GeometryValue } from "@/interface/answer";
import type { ClassDeclaration } from "@/interface/declaration";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** One run of points to draw: x0, y0, x1, y1, ... A closed one is filled. */
export interface Outline {
  readonly points: Float32Array;
  readonly closed: boolean;
  /** Drawn thin and dashed: hidden edges, a skeleton's bones that are not certain. */
  readonly faint?: boolean;
}

/** A mask's pixels inside its bounds: 1 where the shape is, row by row. */
export interface Bitmap {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** A thing on a selected shape that can be dragged; its size on the screen does not change with the zoom. */
export interface Handle extends Point {
  /** Unique in its shape: "v3", "nw", "rotate". */
  readonly id: string;
  readonly kind: "vertex" | "midpoint" | "edge" | "corner" | "rotate" | "joint";
  readonly cursor: string;
  readonly label?: string;
}

export interface Modifiers {
  /** Keep the proportions, or the direction. */
  readonly shift: boolean;
  /** No snapping. */
  readonly alt: boolean;
  /** Ctrl, on a Mac Cmd: from the centre. */
  readonly mod: boolean;
}

export interface Frame {
  /** Size of the picture in its own pixels. */
  readonly width: number;
  readonly height: number;
}

/** One kind of shape. Pure functions: the engine and the tools do the rest. */
export interface ShapeKind<G extends GeometryValue = GeometryValue> {
  readonly type: G["type"];
  bounds(geometry: G, declared: ClassDeclaration): Bounds;
  /** What is drawn; empty for a mask. */
  outlines(geometry: G, declared: ClassDeclaration): readonly Outline[];
  /** Dots that are always drawn: a point, the joints of a skeleton. */
  dots?(geometry: G, declared: ClassDeclaration): readonly (Point & { readonly hollow?: boolean })[];
  bitmap?(geometry: G): Bitmap;
  /** Whether a click here means this shape; `tolerance` in picture pixels. */
  hit(geometry: G, at: Point, tolerance: number, declared: ClassDeclaration): boolean;
  /** In square pixels; what is smaller is found first. */
  area(geometry: G): number;
  handles(geometry: G, declared: ClassDeclaration): readonly Handle[];
  moveHandle(
    geometry: G,
    handle: string,
    to: Point,
    modifiers: Modifiers,
    frame: Frame,
    declared: ClassDeclaration,
  ): G;
  translate(geometry: G, dx: number, dy: number, frame: Frame): G;
  /** Wider and higher by so much, for the keyboard; null where a size means nothing. */
  resize?(geometry: G, dx: number, dy: number, frame: Frame): G | null;
  /** By so many degrees around its middle. */
  rotate?(geometry: G, degrees: number, frame: Frame): G | null;
  /** A new vertex at a midpoint handle; the handle that it then is. */
  insertVertex?(geometry: G, handle: string, at: Point): { geometry: G; handle: string };
  /** Null when the shape would be none any more. */
  removeVertex?(geometry: G, handle: string): G | null;
  /** As it is written into the answer; without this, as it is. Asked once, when a change is done. */
  stored?(geometry: G): G;
  /** Points that others snap to. */
  vertices(geometry: G): readonly Point[];
}

/** A pointer, or the crosshair that the keyboard moves, at a place on the picture. */
export interface ToolEvent extends Point {
  readonly modifiers: Modifiers;
  /** 0 the main button; -1 when nothing is pressed. */
  readonly button: number;
  /** Picture pixels per screen pixel: how much a click may miss. */
  readonly scale: number;
  /** Pen pressure 0 to 1. */
  readonly pressure: number;
  readonly source: "pointer" | "keyboard";
}

/** What a tool shows while it draws. */
export interface Sketch {
  readonly outlines: readonly Outline[];
  readonly dots: readonly Point[];
  readonly bitmap?: Bitmap;
  /** The bitmap is the selected shape as it will be: that one is not drawn meanwhile. */
  readonly replacing?: boolean;
  /** Screen-independent circle of a brush, in picture pixels. */
  readonly brush?: Point & { readonly radius: number };
  /** Size or angle to show beside the pointer. */
  readonly caption?: string;
}

/** What a tool may do to the picture it draws on. */
export interface ToolHost {
  readonly frame: Frame;
  readonly declared: ClassDeclaration;
  /** The shape is done: it becomes a region of the active class, selected. */
  commit(geometry: GeometryValue): void;
  /** Replace the selected shape's geometry, as one step of undo (brush strokes on a mask). */
  replace(geometry: GeometryValue): void;
  /** The selected region's geometry, when there is exactly one. */
  selected(): GeometryValue | null;
  /** The sketch is different: draw it. */
  changed(): void;
  /** The nearest vertex, edge or border within reach, else the place itself. Alt turns it off. */
  snap(at: Point, modifiers: Modifiers, scale: number): Point;
  /** A line for the status, read out too. */
  say(text: string): void;
}

/** Draws one kind of shape by pointer or keyboard. It lives as long as it is the active tool. */
export interface Tool {
  readonly cursor: string;
  down(event: ToolEvent): void;
  move(event: ToolEvent): void;
  up(event: ToolEvent): void;
  /** Enter: finish what is begun. False when there is nothing to finish. */
  finish(): boolean;
  /** Escape: forget what is begun. False when nothing is begun. */
  cancel(): boolean;
  /** Backspace or Mod+Z while drawing: take back the last point or stroke. False when nothing is begun. */
  back(): boolean;
  /** One of the definition's own keys was pressed, by its name. False when it means nothing now. */
  key(name: string): boolean;
  sketch(): Sketch | null;
}

/** A key of an active tool's own: "[" for a smaller brush. */
export interface ToolKey {
  /** Key in the locale file "image": tools.keys.<name>. */
  readonly name: string;
  readonly keys: readonly string[];
}

export interface ToolDefinition {
  /** "box", "box.extreme", "mask.brush": also the hotkey command "image.<id>". */
  readonly id: string;
  /** Kinds of geometry it makes. */
  readonly makes: readonly string[];
  /** Key in the locale file "image": tools.<id>. */
  readonly label: string;
  /** Name of a Tabler icon component. */
  readonly icon: string;
  /** Suggested key with Shift, so that it never takes an option's: "Shift+b". */
  readonly keys: readonly string[];
  /** Keys that count while this is the active tool; they come to `Tool.key`. */
  readonly ownKeys?: readonly ToolKey[];
  create(host: ToolHost): Tool;
}
