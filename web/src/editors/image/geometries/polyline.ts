import { pathKind, polylineOf } from "@/editors/image/geometries/paths";
import type { PolylineValue } from "@/editors/image/geometries/values";

/** An open path; it may cross itself. */
export const polyline = pathKind<PolylineValue>("polyline", false, 2, polylineOf);
