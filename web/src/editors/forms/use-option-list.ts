import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type RefObject, useMemo, useRef, useState } from "react";
import { foundRows, isFound, type OptionRow, openRows } from "@/editors/forms/option-rows";

/** Height of a row, in CSS pixels. */
const ROW_HEIGHT = 30;
/** Rows drawn before the list was measured. */
const FIRST_RECT = { width: 320, height: 320 };
/** A taxonomy of at most so many options is open from the start. */
const OPEN_AT_ONCE = 24;

interface OptionListOptions {
  readonly rows: readonly OptionRow[];
  readonly picked: ReadonlySet<unknown>;
  readonly onPick: (value: string) => void;
}

/** What a list of options shows and does: which branches are open, which row the keys mean, what was searched. */
export function useOptionList({ rows, picked, onPick }: OptionListOptions) {
  const frame = useRef<HTMLDivElement>(null);
  const [search, setSearch] = useState("");
  const [open, setOpen] = useState<ReadonlySet<string>>(() => openAtFirst(rows, picked));
  const [active, setActive] = useState<string | null>(null);
  const isSearching = search.trim() !== "";
  const shown = useMemo(
    () => (isSearching ? foundRows(rows, search) : openRows(rows, open)),
    [rows, open, search, isSearching],
  );
  const isMeant = ({ option }: OptionRow) =>
    active === null ? picked.has(option.value) : option.value === active;
  const activeIndex = Math.max(0, shown.findIndex(isMeant));
  const virtual = useRows(shown.length, frame);
  const goTo = (index: number) => {
    const place = Math.min(shown.length - 1, Math.max(0, index));
    setActive(shown[place]?.option.value ?? null);
    if (shown.length > 0) virtual.scrollToIndex(place);
  };
  const isOpen = (row: OptionRow) => isSearching || open.has(row.option.value);
  const turn = (row: OptionRow) => setOpen((before) => toggled(before, row.option.value));
  const choose = (row: OptionRow) => {
    setActive(row.option.value);
    if (row.canBePicked) onPick(row.option.value);
    else turn(row);
  };
  const searchFor = (text: string) => {
    setSearch(text);
    setActive(null);
  };
  /** Pick the first option that the search found, and end the search. */
  const takeFirst = () => {
    const first = shown.find((row) => row.canBePicked && isFound(row, search));
    if (first !== undefined) onPick(first.option.value);
    searchFor("");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = shown[activeIndex];
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const isOpenBranch = row.hasChildren && isOpen(row);
    const parent = row.above.at(-1);
    if (event.key === "ArrowDown") goTo(activeIndex + 1);
    else if (event.key === "ArrowUp") goTo(activeIndex - 1);
    else if (event.key === "Home") goTo(0);
    else if (event.key === "End") goTo(shown.length - 1);
    else if (event.key === " ") choose(row);
    else if (event.key === "ArrowRight" && row.hasChildren && !isOpenBranch) turn(row);
    else if (event.key === "ArrowRight" && isOpenBranch) goTo(activeIndex + 1);
    else if (event.key === "ArrowLeft" && isOpenBranch && !isSearching) turn(row);
    else if (event.key === "ArrowLeft" && parent !== undefined) goTo(shown.indexOf(parent));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return {
    frame,
    search,
    searchFor,
    takeFirst,
    shown,
    activeIndex,
    virtual,
    isOpen,
    turn,
    choose,
    onKeyDown,
  };
}

/** Only the rows that are seen are drawn. */
function useRows(count: number, frame: RefObject<HTMLDivElement | null>) {
  return useVirtualizer({
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    initialRect: FIRST_RECT,
  });
}

function openAtFirst(rows: readonly OptionRow[], picked: ReadonlySet<unknown>): ReadonlySet<string> {
  const wanted = rows.length <= OPEN_AT_ONCE ? rows : rows.filter(({ option }) => picked.has(option.value));
  return new Set(wanted.flatMap(({ above }) => above.map(({ option }) => option.value)));
}

function toggled(before: ReadonlySet<string>, value: string): ReadonlySet<string> {
  const after = new Set(before);
  if (!after.delete(value)) after.add(value);
  return after;
}
