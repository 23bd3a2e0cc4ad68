import { Checkbox } from "@mantine/core";
import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import type { Column } from "@/components/data-table/columns";
import classes from "@/components/data-table/DataTable.module.css";

interface TableRowProps<Row> {
  row: Row;
  index: number;
  columns: readonly Column<Row>[];
  style: CSSProperties;
  tabbable: boolean;
  /** undefined where nothing can be selected. */
  selected: boolean | undefined;
  onFocus: () => void;
  onMark: (range: boolean) => void;
  onOpen: (() => void) | undefined;
}

export function TableRow<Row>(props: TableRowProps<Row>) {
  const { row, index, columns, selected } = props;
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows of a grid that is no table element
    <div
      role="row"
      data-row={index}
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={classes.row}
      style={props.style}
      tabIndex={props.tabbable ? 0 : -1}
      onFocus={props.onFocus}
      onDoubleClick={props.onOpen}
    >
      {selected !== undefined && (
        // biome-ignore lint/a11y/useSemanticElements: as above
        // biome-ignore lint/a11y/useFocusableInteractive: the row takes the focus
        <div role="gridcell" className={classes.cell}>
          <Checkbox
            size="xs"
            tabIndex={-1}
            aria-label={t("table.selectRow", { number: index + 1 })}
            checked={selected}
            onChange={(event) =>
              props.onMark(event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)
            }
          />
        </div>
      )}
      {columns.map((column) => (
        // biome-ignore lint/a11y/useSemanticElements: as above
        // biome-ignore lint/a11y/useFocusableInteractive: the row takes the focus
        <div key={column.id} role="gridcell" className={classes.cell} data-align={column.align}>
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
}
