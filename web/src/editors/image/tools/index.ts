import type { ToolDefinition } from "@/editors/image/contract";
import type { ClassDeclaration } from "@/interface/declaration";
import { boxTool, ellipseTool } from "./box";
import { polygonTool, polylineTool } from "./paths";

/** Every tool that draws on a picture, in the order in which they are offered. */
export const TOOLS: readonly ToolDefinition[] = [boxTool, polygonTool, polylineTool, ellipseTool];

/** The tools for a class; the first is taken up when the class is chosen. */
export function toolsFor(declared: ClassDeclaration): readonly ToolDefinition[] {
  return TOOLS.filter(({ makes }) => makes.includes(declared.geometry));
}
