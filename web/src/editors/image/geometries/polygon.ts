import { pathKind, polygonOf } from "@/editors/image/geometries/paths";
import type { PolygonValue } from "@/editors/image/geometries/values";

/** One closed ring; the first point is not repeated. */
export const polygon = pathKind<PolygonValue>("polygon", true, 3, polygonOf);
