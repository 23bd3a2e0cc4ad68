import type { ToolDefinition } from "@/editors/image/contract";
import type { ClassDeclaration } from "@/interface/declaration";
import { boxTool, ellipseTool } from "./box";
import { cuboidTool } from "./cuboid";
import { extremeTool } from "./extreme";
import { keypointsTool } from "./keypoints";
import { MASK_TOOLS } from "./masks";
import { polygonTool, polylineTool } from "./paths";
import { pointTool } from "./point";
import { rotatedBoxTool } from "./rotated-box";

/** Every tool that draws on a picture, in the order in which they are offered. */
export const TOOLS: readonly ToolDefinition[] = [
  boxTool,
  extremeTool,
  rotatedBoxTool,
  polygonTool,
  polylineTool,
  pointTool,
  keypointsTool,
  ellipseTool,
  cuboidTool,
  ...MASK_TOOLS,
];

/** The tools for a class; the first is taken up when the class is chosen. */
export function toolsFor(declared: ClassDeclaration): readonly ToolDefinition[] {
  return TOOLS.filter(({ makes }) => makes.includes(declared.geometry));
}
