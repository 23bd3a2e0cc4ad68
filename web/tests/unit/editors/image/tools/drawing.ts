import i18next from "i18next";
import type { Modifiers, Point, Tool, ToolEvent, ToolHost } from "@/editors/image/contract";
import { TOOLS } from "@/editors/image/tools";
import forms from "@/i18n/locales/en/forms.json";
import english from "@/i18n/locales/en/image.json";
import type { GeometryValue } from "@/interface/answer";
import type { ClassDeclaration } from "@/interface/declaration";

export const FRAME = { width: 400, height: 300 };
const PLAIN: Modifiers = { shift: false, alt: false, mod: false };

/** A picture of 400 by 300 pixels on which one tool draws; it notes what comes of it. */
export class Drawing {
  readonly committed: GeometryValue[] = [];
  readonly replaced: GeometryValue[] = [];
  readonly said: string[] = [];
  readonly tool: Tool;
  /** As the engine has it: what was made last is selected. */
  selected: GeometryValue | null = null;
  /** Where every place snaps to, when it is set. */
  snapsTo: Point | null = null;

  constructor(id: string, constraints: ClassDeclaration["constraints"] = {}) {
    const definition = TOOLS.find((each) => each.id === id);
    if (definition === undefined) throw new Error(`There is no tool ${id}`);
    const geometry = definition.makes[0] as ClassDeclaration["geometry"];
    this.tool = definition.create(this.#host({ value: "thing", geometry, constraints }));
  }

  static async start(): Promise<void> {
    await i18next.init({
      lng: "en",
      resources: { en: { image: english, forms } },
      interpolation: { escapeValue: false },
    });
  }

  /** Press and release at a place. */
  click(x: number, y: number, more: Partial<ToolEvent> = {}): this {
    this.tool.move(event(x, y, { ...more, button: -1 }));
    this.tool.down(event(x, y, more));
    this.tool.up(event(x, y, more));
    return this;
  }

  /** As Space does where the keyboard has moved the crosshair to. */
  place(x: number, y: number): this {
    return this.click(x, y, { source: "keyboard" });
  }

  drag(places: readonly (readonly [number, number])[], more: Partial<ToolEvent> = {}): this {
    const [first, ...rest] = places as readonly [readonly [number, number], ...(readonly [number, number])[]];
    this.tool.down(event(...first, more));
    for (const each of rest) this.tool.move(event(...each, more));
    this.tool.up(event(...(rest.at(-1) ?? first), more));
    return this;
  }

  #host(declared: ClassDeclaration): ToolHost {
    return {
      frame: FRAME,
      declared,
      commit: (geometry) => {
        this.committed.push(geometry);
        this.selected = geometry;
      },
      replace: (geometry) => {
        this.replaced.push(geometry);
        this.selected = geometry;
      },
      selected: () => this.selected,
      changed: () => undefined,
      snap: (at) => this.snapsTo ?? { x: at.x, y: at.y },
      say: (text) => this.said.push(text),
    };
  }
}

export function event(x: number, y: number, more: Partial<ToolEvent> = {}): ToolEvent {
  return { x, y, modifiers: PLAIN, button: 0, scale: 1, pressure: 0.5, source: "pointer", ...more };
}
