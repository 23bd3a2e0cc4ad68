import type { ToolDefinition, ToolHost } from "@/editors/image/contract";
import { box, boxBetween } from "@/editors/image/geometries/box";
import { ellipse, ellipseBetween } from "@/editors/image/geometries/ellipse";
import type { BoxValue, EllipseValue } from "@/editors/image/geometries/values";
import { type CornersForm, CornersTool } from "./corners";

export function boxForm({ frame, declared }: ToolHost): CornersForm<BoxValue> {
  return {
    make: (from, to) => boxBetween(from, to, frame),
    outlines: (from, to) => box.outlines(boxBetween(from, to, frame), declared),
  };
}

function ellipseForm({ frame, declared }: ToolHost): CornersForm<EllipseValue> {
  return {
    make: (from, to) => ellipseBetween(from, to, frame),
    outlines: (from, to) => ellipse.outlines(ellipseBetween(from, to, frame), declared),
  };
}

export const boxTool: ToolDefinition = {
  id: "box",
  makes: ["box"],
  label: "tools.box",
  icon: "IconRectangle",
  keys: ["Shift+b"],
  create: (host) => new CornersTool(host, boxForm(host)),
};

/** The ellipse that fills the rectangle between two corners. */
export const ellipseTool: ToolDefinition = {
  id: "ellipse",
  makes: ["ellipse"],
  label: "tools.ellipse",
  icon: "IconOvalVertical",
  keys: ["Shift+o"],
  create: (host) => new CornersTool(host, ellipseForm(host)),
};
