import type { ReactNode } from "react";

export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** In pixels; the least width of a column that grows. 120 unless told. */
  width?: number;
  /** Takes a share of the room that is left over. */
  grow?: number;
  align?: "left" | "right" | "center";
  /** Only where the server offers this order. */
  sortable?: boolean;
  /** May be hidden. Yes unless told. */
  hideable?: boolean;
  hiddenAtFirst?: boolean;
}

export interface Sort {
  column: string;
  descending: boolean;
}

export interface Selection {
  selected: ReadonlySet<string>;
  onChange: (selected: ReadonlySet<string>) => void;
}

export const SELECTION_WIDTH = 40;
const STANDARD_WIDTH = 120;

export function widthOf(column: Pick<Column<unknown>, "width">): number {
  return column.width ?? STANDARD_WIDTH;
}

/** The value of grid-template-columns for these columns. */
export function gridTemplate<Row>(columns: readonly Column<Row>[], selectable: boolean): string {
  const tracks = columns.map((column) =>
    column.grow === undefined ? `${widthOf(column)}px` : `minmax(${widthOf(column)}px, ${column.grow}fr)`,
  );
  return [...(selectable ? [`${SELECTION_WIDTH}px`] : []), ...tracks].join(" ");
}

/** The least width at which nothing is cut off, in pixels. */
export function leastWidth<Row>(columns: readonly Column<Row>[], selectable: boolean): number {
  return columns.reduce((sum, column) => sum + widthOf(column), selectable ? SELECTION_WIDTH : 0);
}

/** The selection with every row from `from` to `to` in it (shift with a click or with space). */
export function withRange(
  selected: ReadonlySet<string>,
  ids: readonly string[],
  from: number,
  to: number,
): ReadonlySet<string> {
  return new Set([...selected, ...ids.slice(Math.min(from, to), Math.max(from, to) + 1)]);
}

/** The selection with this one put in, or taken out when it is in. */
export function toggled(selected: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const changed = new Set(selected);
  if (!changed.delete(id)) changed.add(id);
  return changed;
}

/** Which row a key moves to; undefined for keys that do not move. */
export function movedRow(key: string, current: number, count: number, page: number): number | undefined {
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: current + 1,
    ArrowUp: current - 1,
    PageDown: current + page,
    PageUp: current - page,
    Home: 0,
    End: count - 1,
  };
  const target = targets[key];
  return target === undefined ? undefined : Math.max(0, Math.min(count - 1, target));
}
