/** A task interface as the server declares it (see docs/task-interface.md). Names follow the Python package. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type InputType =
  | "text"
  | "html"
  | "image"
  | "video"
  | "audio"
  | "pointcloud"
  | "document"
  | "chat"
  | "trajectory"
  | "code"
  | "timeseries"
  | "table";

interface Described {
  readonly title?: string;
  readonly help?: string;
  /** Hints; they never change what an answer means. */
  readonly ui?: Readonly<Record<string, Json>>;
  /** Texts in other languages: `{"de": {"title": "..."}}`. */
  readonly translations?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface InputDeclaration extends Described {
  readonly name: string;
  readonly type: InputType;
  /** Where the value lies in the item's data: `$.image`. */
  readonly source: string;
  /** Items may lack the value. */
  readonly optional?: boolean;
}

export interface OptionDeclaration extends Described {
  readonly value: string;
  readonly hotkey?: string;
  readonly color?: string;
  /** Nested options make a taxonomy. */
  readonly options?: readonly OptionDeclaration[];
}

interface FieldBase extends Described {
  readonly name: string;
  /** True unless said otherwise. */
  readonly required?: boolean;
  readonly when?: Json;
  readonly indexed?: boolean;
}

export interface ChoiceField extends FieldBase {
  readonly type: "choice";
  readonly options: readonly OptionDeclaration[];
  readonly multi?: boolean;
  readonly ordinal?: boolean;
  readonly [key: string]: unknown;
}

export interface RatingField extends FieldBase {
  readonly type: "rating";
  readonly min?: number;
  readonly max: number;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface NumberField extends FieldBase {
  readonly type: "number";
  readonly integer?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly unit?: string;
}

export interface TextField extends FieldBase {
  readonly type: "text";
  readonly format?: "plain" | "markdown" | "code" | "transcript";
  readonly min_length?: number;
  readonly max_length?: number;
  readonly pattern?: string;
  readonly [key: string]: unknown;
}

export interface PreferenceField extends FieldBase {
  readonly type: "preference";
  /** Names of the inputs compared. */
  readonly over: readonly string[];
  readonly mode?: "best" | "rank";
  readonly ties?: boolean;
  readonly both_bad?: boolean;
  /** Degrees of a clear preference; 3 makes the seven-point scale. */
  readonly strength?: number;
}

export type GeometryType =
  | "box"
  | "rotated_box"
  | "polygon"
  | "polyline"
  | "point"
  | "keypoints"
  | "ellipse"
  | "mask"
  | "cuboid2d"
  | "cuboid3d"
  | "span"
  | "time_range"
  | "page_region";

export interface ClassDeclaration extends OptionDeclaration {
  readonly geometry: GeometryType;
  readonly constraints?: Readonly<Record<string, Json>>;
  readonly attributes?: readonly FieldDeclaration[];
}

export interface RegionsField extends FieldBase {
  readonly type: "regions";
  /** The input that the shapes lie on. */
  readonly on: string;
  readonly classes: readonly ClassDeclaration[];
  readonly tracks?: boolean;
  readonly min?: number;
  readonly max?: number;
}

export interface RelationTypeDeclaration extends OptionDeclaration {
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  /** Both directions are the same. */
  readonly symmetric?: boolean;
}

export interface RelationsField extends FieldBase {
  readonly type: "relations";
  /** The regions field whose regions are linked, or two: from the first, to the second. */
  readonly between: string | readonly string[];
  readonly types: readonly RelationTypeDeclaration[];
  readonly min?: number;
  readonly max?: number;
}

export interface GroupField extends FieldBase {
  readonly type: "group";
  readonly fields: readonly FieldDeclaration[];
  /** A selector, or a list of criteria; without it the fields are asked once. */
  readonly each?: string | readonly OptionDeclaration[];
}

export type FieldDeclaration =
  | ChoiceField
  | RatingField
  | NumberField
  | TextField
  | PreferenceField
  | RegionsField
  | RelationsField
  | GroupField;

export type FieldType = FieldDeclaration["type"];

export interface InterfaceDeclaration extends Described {
  readonly version: 1;
  readonly inputs: readonly InputDeclaration[];
  readonly fields: readonly FieldDeclaration[];
}

/** What a key picks: `field` is the dotted path of the declaration ("objects", "objects.car.occlusion"). */
export interface HotkeyTarget {
  readonly field: string;
  readonly value: string;
}

/** Key ("1", "a", "g c") -> what it picks; allocated by the server, once per interface version. */
export type Hotkeys = Readonly<Record<string, HotkeyTarget>>;
