import { Box, Group, Loader, Skeleton, Text } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ColumnMenu } from "@/components/data-table/ColumnMenu";
import {
  type Column,
  gridTemplate,
  leastWidth,
  movedRow,
  type Selection,
  type Sort,
  toggled,
  withRange,
} from "@/components/data-table/columns";
import classes from "@/components/data-table/DataTable.module.css";
import { HeaderRow } from "@/components/data-table/HeaderRow";
import { TableRow } from "@/components/data-table/TableRow";

export interface DataTableProps<Row> {
  /** Names the table for those who do not see it. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
  loading?: boolean;
  loadingMore?: boolean;
  hasMore?: boolean;
  /** The end of what is there comes into sight. */
  onLoadMore?: () => void;
  /** Enter, or a double click. */
  onOpen?: (row: Row) => void;
  selection?: Selection;
  /** Shown above the table while something is selected. */
  bulkActions?: ReactNode;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  /** Instead of the rows when there are none. */
  empty?: ReactNode;
  /** In pixels. */
  rowHeight?: number;
  /** The most that the table takes, as a CSS length. */
  maxHeight?: string;
  /** Left of the column menu, such as a FilterBar. */
  toolbar?: ReactNode;
}

const ROW_HEIGHT = 40;
const SKELETON_ROWS = 6;
const AHEAD = 15;

/** A virtualised table over a list that is read by pages; rows are walked by the arrow keys. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, rows, loading, hasMore, loadingMore, selection } = props;
  const { t } = useTranslation();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(
    () => new Set(columns.filter((column) => column.hiddenAtFirst).map((column) => column.id)),
  );
  const shown = useMemo(() => columns.filter((column) => !hidden.has(column.id)), [columns, hidden]);
  const { ids, scroller, virtual, visible, height } = useVirtualRows(props);
  const { active, setActive, keyDown, mark } = useRowKeys({ ...props, ids, scroller, virtual, height });
  const layout = {
    gridTemplateColumns: gridTemplate(shown, selection !== undefined),
    minWidth: leastWidth(shown, selection !== undefined),
  };
  return (
    <Box>
      <Toolbar {...props} hidden={hidden} onHide={setHidden} />
      {/* biome-ignore lint/a11y/useSemanticElements: a virtualised list of rows cannot be a table element */}
      <div
        ref={scroller}
        className={classes.scroller}
        style={{ maxHeight: props.maxHeight ?? "70vh" }}
        role="grid"
        aria-label={props.label}
        aria-busy={loading}
        aria-rowcount={hasMore ? -1 : rows.length + 1}
        aria-multiselectable={selection !== undefined || undefined}
        tabIndex={rows.length === 0 ? 0 : -1}
        onKeyDown={keyDown}
      >
        <HeaderRow
          columns={shown}
          style={layout}
          selection={selection}
          ids={ids}
          sort={props.sort}
          onSort={props.onSort}
        />
        {loading && <LoadingRows height={height} />}
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <div
          role="rowgroup"
          className={classes.body}
          style={{ height: virtual.getTotalSize(), minWidth: layout.minWidth }}
        >
          {visible.map(({ index, start }) => {
            const row = rows[index];
            const id = ids[index];
            if (row === undefined || id === undefined) return null;
            return (
              <TableRow
                key={id}
                row={row}
                index={index}
                columns={shown}
                style={{ ...layout, height, transform: `translateY(${start}px)` }}
                tabbable={index === active}
                selected={selection?.selected.has(id)}
                onFocus={() => setActive(index)}
                onMark={(range) => mark(index, range)}
                onOpen={props.onOpen && (() => props.onOpen?.(row))}
              />
            );
          })}
        </div>
      </div>
      {!loading && !hasMore && rows.length === 0 && props.empty}
      {loadingMore && (
        <Group justify="center" p="xs" aria-live="polite">
          <Loader size="xs" aria-label={t("loading")} />
        </Group>
      )}
    </Box>
  );
}

interface ToolbarProps {
  hidden: ReadonlySet<string>;
  onHide: (hidden: ReadonlySet<string>) => void;
}

/** What can be done with what is selected, or else with the table; and which columns are shown. */
function Toolbar<Row>(props: DataTableProps<Row> & ToolbarProps) {
  const { t } = useTranslation();
  const selected = props.selection?.selected.size ?? 0;
  return (
    <Group justify="space-between" mb="xs" gap="xs" wrap="nowrap" align="start">
      <Box flex={1} miw={0}>
        {selected > 0 ? (
          <Group gap="xs">
            <Text size="sm" aria-live="polite">
              {t("table.selected", { count: selected })}
            </Text>
            {props.bulkActions}
          </Group>
        ) : (
          props.toolbar
        )}
      </Box>
      <ColumnMenu columns={props.columns} hidden={props.hidden} onChange={props.onHide} />
    </Group>
  );
}

/** The rows that are in sight; asks for more when the end of what is there comes near. */
function useVirtualRows<Row>(props: DataTableProps<Row>) {
  const { rows, rowId, hasMore, loadingMore, onLoadMore, rowHeight: height = ROW_HEIGHT } = props;
  const ids = useMemo(() => rows.map(rowId), [rows, rowId]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 8,
    getItemKey: (place) => ids[place] ?? place,
  });
  const visible = virtual.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !loadingMore && last >= rows.length - AHEAD) onLoadMore?.();
  }, [hasMore, loadingMore, last, rows.length, onLoadMore]);
  return { ids, scroller, virtual, visible, height };
}

interface RowKeys {
  ids: readonly string[];
  scroller: React.RefObject<HTMLDivElement | null>;
  virtual: { scrollToIndex: (index: number) => void };
  height: number;
}

/** Walking, opening and selecting rows by keys. One row is in the order of Tab. */
function useRowKeys<Row>({
  ids,
  rows,
  scroller,
  virtual,
  height,
  selection,
  onOpen,
}: DataTableProps<Row> & RowKeys) {
  const [wanted, setActive] = useState(0);
  const active = Math.min(wanted, Math.max(0, rows.length - 1));
  const anchor = useRef(0);
  const mark = (index: number, range: boolean) => {
    const id = ids[index];
    if (selection === undefined || id === undefined) return;
    selection.onChange(
      range ? withRange(selection.selected, ids, anchor.current, index) : toggled(selection.selected, id),
    );
    anchor.current = index;
  };
  const goTo = (index: number) => {
    setActive(index);
    virtual.scrollToIndex(index);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-row="${index}"]`)?.focus({ preventScroll: true }),
    );
  };
  const keyDown = (event: KeyboardEvent) => {
    const onRow = event.target instanceof HTMLElement && event.target.dataset.row !== undefined;
    if (!onRow || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? height) / height) - 2);
    const target = movedRow(event.key, active, rows.length, page);
    if (target !== undefined) goTo(target);
    else if (event.key === "Enter" && onOpen !== undefined && rows[active] !== undefined)
      onOpen(rows[active]);
    else if (event.key === " " && selection !== undefined) mark(active, event.shiftKey);
    else return;
    event.preventDefault();
  };
  return { active, setActive, keyDown, mark };
}

function LoadingRows({ height }: { height: number }) {
  return (
    <div aria-hidden>
      {Array.from({ length: SKELETON_ROWS }, (_, place) => (
        <Group key={place} h={height} px="sm">
          <Skeleton height={12} radius="sm" />
        </Group>
      ))}
    </div>
  );
}
