import type { ToolDefinition, ToolEvent, ToolHost } from "@/editors/image/contract";
import { ClickTool } from "@/editors/image/tools/click-tool";
import { placeOf, tellIfOutside } from "./places";

/** One click, one point. */
class PointTool extends ClickTool {
  readonly #host: ToolHost;

  constructor(host: ToolHost) {
    super();
    this.#host = host;
  }

  override down(event: ToolEvent): void {
    if (event.button !== 0) return;
    tellIfOutside(event, this.#host);
    this.#host.commit({ type: "point", ...placeOf(event, this.#host) });
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
