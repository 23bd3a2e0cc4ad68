/** Answers as the server stores them. */
import type { Json } from "@/interface/declaration";

export type Answer = { readonly [field: string]: Json };

export type Position = readonly [x: number, y: number];

export interface BoxGeometry {
  readonly type: "box";
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}
/** Any geometry; the modules in editors/ know each one's members. */
export type GeometryValue = { readonly type: string } & { readonly [key: string]: Json };

export interface Region {
  /** Unique in its field; chosen by the editor. */
  readonly id: string;
  readonly class: string;
  readonly geometry: GeometryValue;
  readonly attributes?: { readonly [name: string]: Json };
}
