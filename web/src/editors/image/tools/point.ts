import type { Tool, ToolDefinition, ToolEvent, ToolHost } from "@/editors/image/contract";
import { placeOf, tellIfOutside } from "./places";

/** One click, one point. */
class PointTool implements Tool {
  readonly cursor = "crosshair";
  readonly #host: ToolHost;

  constructor(host: ToolHost) {
    this.#host = host;
  }

  down(event: ToolEvent): void {
    if (event.button !== 0) return;
    tellIfOutside(event, this.#host);
    this.#host.commit({ type: "point", ...placeOf(event, this.#host) });
  }

  move(): void {}

  up(): void {}

  finish(): boolean {
    return false;
  }

  cancel(): boolean {
    return false;
  }

  back(): boolean {
    return false;
  }

  key(): boolean {
    return false;
  }

  sketch(): null {
    return null;
  }
}

export const pointTool: ToolDefinition = {
  id: "point",
  makes: ["point"],
  label: "tools.point",
  icon: "IconPoint",
  keys: ["Shift+d"],
  create: (host) => new PointTool(host),
};
