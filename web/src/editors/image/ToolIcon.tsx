import {
  IconArrowsMove,
  IconBrush,
  IconBucketDroplet,
  IconCube,
  IconEraser,
  IconLassoPolygon,
  IconOvalVertical,
  IconPoint,
  IconPolygon,
  IconPolygonOff,
  type IconProps,
  IconRectangle,
  IconRotateRectangle,
  IconShape,
  IconStretching,
  IconTimeline,
} from "@tabler/icons-react";
import type { ComponentType } from "react";

/** Named one by one, so that the build leaves the thousands of others out. */
const ICONS: Readonly<Record<string, ComponentType<IconProps>>> = {
  IconArrowsMove,
  IconBrush,
  IconBucketDroplet,
  IconCube,
  IconEraser,
  IconLassoPolygon,
  IconOvalVertical,
  IconPoint,
  IconPolygon,
  IconPolygonOff,
  IconRectangle,
  IconRotateRectangle,
  IconStretching,
  IconTimeline,
};

export function ToolIcon({ name }: { readonly name: string }) {
  const Icon = ICONS[name] ?? IconShape;
  return <Icon size={18} aria-hidden />;
}
