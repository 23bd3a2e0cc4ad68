import {
  IconBrush,
  IconCircleDashed,
  IconCube,
  IconEraser,
  IconLassoPolygon,
  IconLine,
  IconOvalVertical,
  IconPencil,
  IconPoint,
  IconPolygon,
  type IconProps,
  IconRectangle,
  IconRotateRectangle,
  IconShape,
  IconTimeline,
  IconWand,
} from "@tabler/icons-react";
import type { ComponentType } from "react";

/** Named one by one, so that the build leaves the thousands of others out. */
const ICONS: Readonly<Record<string, ComponentType<IconProps>>> = {
  IconBrush,
  IconCircleDashed,
  IconCube,
  IconEraser,
  IconLassoPolygon,
  IconLine,
  IconOvalVertical,
  IconPencil,
  IconPoint,
  IconPolygon,
  IconRectangle,
  IconRotateRectangle,
  IconTimeline,
  IconWand,
};

export function ToolIcon({ name }: { readonly name: string }) {
  const Icon = ICONS[name] ?? IconShape;
  return <Icon size={18} aria-hidden />;
}
