import type { Tool, ToolEvent } from "@/editors/image/contract";

/** A tool that does its work with one click: nothing is ever begun that could be finished or taken back. */
export abstract class ClickTool implements Tool {
  readonly cursor = "crosshair";

  abstract down(event: ToolEvent): void;

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
