import type { ToolDefinition, ToolHost } from "@/editors/image/contract";
import { polygonOf, polylineOf } from "@/editors/image/geometries/paths";
import { commitShape } from "./committing";
import { type PathForm, PathTool } from "./path";

function polygonForm(host: ToolHost): PathForm {
  return { closed: true, leastPoints: 3, done: (points) => commitShape(polygonOf(points), host) };
}

function polylineForm(host: ToolHost): PathForm {
  return { closed: false, leastPoints: 2, done: (points) => commitShape(polylineOf(points), host) };
}

export const polygonTool: ToolDefinition = {
  id: "polygon",
  makes: ["polygon"],
  label: "tools.polygon",
  icon: "IconPolygon",
  keys: ["Shift+p"],
  create: (host) => new PathTool(host, polygonForm(host)),
};

export const polylineTool: ToolDefinition = {
  id: "polyline",
  makes: ["polyline"],
  label: "tools.polyline",
  icon: "IconTimeline",
  keys: ["Shift+y"],
  create: (host) => new PathTool(host, polylineForm(host)),
};
