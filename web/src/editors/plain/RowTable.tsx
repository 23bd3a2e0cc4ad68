import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { LongText } from "@/editors/plain/LongText";
import classes from "@/editors/plain/Plain.module.css";
import { cellText, type Rows } from "@/editors/plain/rows";
import { member } from "@/interface/json";

const ROW_HEIGHT = 32;

/** Rows as a table with a head that stays; only the rows near the window are drawn. */
export function RowTable({ rows, label }: { readonly rows: Rows; readonly label: string }) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
  });
  const drawn = virtual.getVirtualItems();
  const rest = virtual.getTotalSize() - (drawn.at(-1)?.end ?? 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a frame that scrolls must be reachable by keyboard
    <section ref={scroller} className={classes.tableFrame} tabIndex={0} aria-label={label}>
      <table className={classes.table} aria-rowcount={rows.rows.length + 1}>
        <thead>
          <tr>
            <th scope="col" className={classes.place}>
              #
            </th>
            {rows.columns.map((name) => (
              <th key={name} scope="col" data-number={rows.numeric.has(name) || undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer height={drawn[0]?.start ?? 0} />
          {drawn.map(({ key, index }) => (
            <tr key={key} ref={virtual.measureElement} data-index={index} aria-rowindex={index + 2}>
              <td className={classes.place}>{index + 1}</td>
              {rows.columns.map((name) => (
                <td key={name} data-number={rows.numeric.has(name) || undefined}>
                  <LongText text={cellText(member(rows.rows[index], name))} />
                </td>
              ))}
            </tr>
          ))}
          <Spacer height={rest} />
        </tbody>
      </table>
    </section>
  );
}

/** Stands for the rows that are not drawn. */
function Spacer({ height }: { readonly height: number }) {
  if (height <= 0) return null;
  return (
    <tr className={classes.spacer} aria-hidden>
      <td style={{ height }} />
    </tr>
  );
}
