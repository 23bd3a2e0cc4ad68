import { Checkbox, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import type { Column, Selection, Sort } from "@/components/data-table/columns";
import classes from "@/components/data-table/DataTable.module.css";

interface HeaderRowProps<Row> {
  columns: readonly Column<Row>[];
  style: CSSProperties;
  selection: Selection | undefined;
  ids: readonly string[];
  sort: Sort | undefined;
  onSort: ((sort: Sort) => void) | undefined;
}

export function HeaderRow<Row>({ columns, style, selection, ids, sort, onSort }: HeaderRowProps<Row>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows of a grid that is no table element
    // biome-ignore lint/a11y/useFocusableInteractive: the head is reached through its buttons
    <div role="row" className={classes.header} style={style} aria-rowindex={1}>
      {selection !== undefined && <SelectAll selection={selection} ids={ids} />}
      {columns.map((column) => (
        <HeaderCell key={column.id} column={column} sort={sort} onSort={onSort} />
      ))}
    </div>
  );
}

function SelectAll({ selection, ids }: { selection: Selection; ids: readonly string[] }) {
  const { t } = useTranslation();
  const all = ids.length > 0 && ids.every((id) => selection.selected.has(id));
  return (
    // biome-ignore lint/a11y/useSemanticElements: as above
    // biome-ignore lint/a11y/useFocusableInteractive: the checkbox in it takes the focus
    <div role="columnheader" className={classes.cell}>
      <Checkbox
        size="xs"
        aria-label={t("table.selectAll")}
        checked={all}
        indeterminate={!all && selection.selected.size > 0}
        onChange={() => selection.onChange(all ? new Set() : new Set(ids))}
      />
    </div>
  );
}

interface HeaderCellProps<Row> {
  column: Column<Row>;
  sort: Sort | undefined;
  onSort: ((sort: Sort) => void) | undefined;
}

function HeaderCell<Row>({ column, sort, onSort }: HeaderCellProps<Row>) {
  const sorted = sort?.column === column.id ? sort : undefined;
  const order = sorted === undefined ? undefined : sorted.descending ? "descending" : "ascending";
  const Arrow = sorted?.descending ? IconArrowDown : IconArrowUp;
  return (
    // biome-ignore lint/a11y/useSemanticElements: as above
    // biome-ignore lint/a11y/useFocusableInteractive: the button in it takes the focus
    <div role="columnheader" aria-sort={order} className={classes.cell} data-align={column.align}>
      {column.sortable && onSort !== undefined ? (
        <UnstyledButton
          className={classes.sort}
          onClick={() =>
            onSort({ column: column.id, descending: sorted !== undefined && !sorted.descending })
          }
        >
          {column.header}
          {sorted !== undefined && <Arrow size={12} aria-hidden />}
        </UnstyledButton>
      ) : (
        column.header
      )}
    </div>
  );
}
