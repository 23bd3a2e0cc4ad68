import type { ToolHost } from "@/editors/image/contract";
import { shapeKind } from "@/editors/image/geometries";
import { constraint } from "@/editors/image/geometries/plane";
import type { GeometryValue } from "@/interface/answer";
import { crossesItself } from "./crossing";
import { tell } from "./saying";

/** The shape becomes a region; what the server would say against it is told at once. */
export function commitShape(geometry: GeometryValue, host: ToolHost): void {
  host.commit(geometry);
  tellProblems(geometry, host);
}

/** Tells what the server would say against a shape: too small, too large, or a ring that crosses itself. */
export function tellProblems(geometry: GeometryValue, host: ToolHost): void {
  const kind = shapeKind(geometry.type);
  if (kind === undefined) return;
  const mayCross = geometry.type !== "polygon" || host.declared.constraints?.allow_self_intersection === true;
  if (!mayCross && crossesItself(kind.vertices(geometry))) {
    tell(host, "crossing");
    return;
  }
  const { left, top, right, bottom } = kind.bounds(geometry, host.declared);
  const shorter = Math.min(right - left, bottom - top);
  const longer = Math.max(right - left, bottom - top);
  const least = constraint(host.declared, "min_px", 0);
  const most = constraint(host.declared, "max_px", Number.POSITIVE_INFINITY);
  const smallest = constraint(host.declared, "min_area", 0);
  const points = kind.vertices(geometry).length;
  const fewest = constraint(host.declared, "min_points", 0);
  if (fewest > points && "points" in geometry) tell(host, "fewPoints", { least: fewest });
  else if (shorter < least) tell(host, "tooSmall", { least });
  else if (longer > most) tell(host, "tooLarge", { most });
  else if (kind.area(geometry) < smallest) tell(host, "tooLittleArea", { least: smallest });
}
