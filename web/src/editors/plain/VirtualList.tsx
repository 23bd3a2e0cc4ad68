import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import classes from "@/editors/plain/Plain.module.css";

/** So many entries are drawn as they are; more scroll in a frame of their own, and only those near it are drawn. */
const MOST_DRAWN = 60;

export interface VirtualListProps {
  readonly label: string;
  readonly keys: readonly string[];
  /** Usual height of an entry in pixels. */
  readonly usualHeight: number;
  /** Place of an entry to scroll to; a new object scrolls again. */
  readonly target?: { readonly index: number } | null;
  readonly children: (index: number) => ReactNode;
}

/** Entries below each other, however many. */
export function VirtualList(props: VirtualListProps) {
  return props.keys.length > MOST_DRAWN ? <LongList {...props} /> : <ShortList {...props} />;
}

function ShortList({ label, keys, target, children }: VirtualListProps) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    if (target) list.current?.children[target.index]?.scrollIntoView({ block: "nearest" });
  }, [target]);
  return (
    <ul ref={list} className={classes.list} aria-label={label}>
      {keys.map((key, index) => (
        <li key={key}>{children(index)}</li>
      ))}
    </ul>
  );
}

function LongList({ label, keys, usualHeight, target, children }: VirtualListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: keys.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => usualHeight,
    overscan: 6,
    getItemKey: (index) => keys[index] ?? index,
  });
  useEffect(() => {
    if (target) virtual.scrollToIndex(target.index, { align: "center" });
  }, [target, virtual]);
  const drawn = virtual.getVirtualItems();
  const end = drawn.at(-1)?.end ?? 0;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a frame that scrolls must be reachable by keyboard
    <section ref={scroller} className={classes.scroller} tabIndex={0} aria-label={label}>
      <ul className={classes.list} aria-label={label}>
        <li aria-hidden style={{ height: drawn[0]?.start ?? 0 }} />
        {drawn.map(({ key, index }) => (
          <li
            key={key}
            ref={virtual.measureElement}
            data-index={index}
            aria-setsize={keys.length}
            aria-posinset={index + 1}
          >
            {children(index)}
          </li>
        ))}
        <li aria-hidden style={{ height: Math.max(0, virtual.getTotalSize() - end) }} />
      </ul>
    </section>
  );
}
