import { Kbd, TextInput } from "@mantine/core";
import { IconCheck, IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type MouseEvent, useId, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { declaredColor } from "@/editors/colors";
import classes from "@/editors/forms/Forms.module.css";
import { foundRows, type OptionRow, openRows } from "@/editors/forms/option-rows";

const ROW_HEIGHT = 30;
/** A taxonomy of at most so many options is open from the start. */
const OPEN_AT_ONCE = 24;

interface OptionListProps {
  readonly rows: readonly OptionRow[];
  readonly picked: ReadonlySet<unknown>;
  readonly keys: ReadonlyMap<string, string>;
  readonly isMulti: boolean;
  readonly isInvalid: boolean;
  readonly labelId: string;
  readonly describedBy: string | undefined;
  readonly onPick: (value: string) => void;
}

/** Many options, or a taxonomy: searched, opened and picked by the keyboard. Only what is seen is drawn. */
export function OptionList(props: OptionListProps) {
  const { rows, picked, keys, isMulti, isInvalid, labelId, describedBy, onPick } = props;
  const { t } = useTranslation("forms");
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const [search, setSearch] = useState("");
  const [open, setOpen] = useState<ReadonlySet<string>>(() => openAtFirst(rows, picked));
  const [active, setActive] = useState<string | null>(null);
  const isTree = rows.some(({ hasChildren }) => hasChildren);
  const isSearching = search.trim() !== "";
  const shown = useMemo(
    () => (isSearching ? foundRows(rows, search) : openRows(rows, open)),
    [rows, open, search, isSearching],
  );
  const at = Math.max(0, active === null ? firstPicked(shown, picked) : placeOf(shown, active));
  const list = useVirtualizer({
    count: shown.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    initialRect: { width: 320, height: 320 },
  });
  const goTo = (place: number) => {
    const row = shown[Math.min(shown.length - 1, Math.max(0, place))];
    if (row === undefined) return;
    setActive(row.option.value);
    list.scrollToIndex(shown.indexOf(row));
  };
  const isOpen = (row: OptionRow) => isSearching || open.has(row.option.value);
  const turn = (row: OptionRow, opened: boolean) => setOpen((before) => withValue(before, row, opened));
  const choose = (row: OptionRow) => {
    setActive(row.option.value);
    if (row.canBePicked) onPick(row.option.value);
    else turn(row, !isOpen(row));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = shown[at];
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const isOpenBranch = row.hasChildren && isOpen(row);
    const parent = row.above.at(-1);
    if (event.key === "ArrowDown") goTo(at + 1);
    else if (event.key === "ArrowUp") goTo(at - 1);
    else if (event.key === "Home") goTo(0);
    else if (event.key === "End") goTo(shown.length - 1);
    else if (event.key === " ") choose(row);
    else if (event.key === "ArrowRight" && row.hasChildren && !isOpenBranch) turn(row, true);
    else if (event.key === "ArrowRight") goTo(at + 1);
    else if (event.key === "ArrowLeft" && isOpenBranch && !isSearching) turn(row, false);
    else if (event.key === "ArrowLeft" && parent !== undefined) goTo(shown.indexOf(parent));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onClick = (event: MouseEvent<HTMLElement>) => {
    if (!(event.target instanceof Element)) return;
    const value = event.target.closest<HTMLElement>("[data-value]")?.dataset.value;
    const row = shown.find(({ option }) => option.value === value);
    if (row === undefined) return;
    frame.current?.focus();
    if (event.target.closest("[data-chevron]") !== null && row.hasChildren) turn(row, !isOpen(row));
    else choose(row);
  };
  const rowId = (row: OptionRow) => `${id} ${row.option.value}`.replaceAll(/\s/g, "-");
  const activeRow = shown[at];
  return (
    <div>
      <SearchOptions
        search={search}
        controls={id}
        onSearch={(text) => {
          setSearch(text);
          setActive(null);
        }}
        onTake={() => {
          const first = shown.find((row) => row.canBePicked && matches(row, search));
          if (first !== undefined) onPick(first.option.value);
          setSearch("");
        }}
        onDown={() => frame.current?.focus()}
      />
      <div
        id={id}
        ref={frame}
        role="tree"
        tabIndex={0}
        className={classes.list}
        aria-labelledby={labelId}
        aria-describedby={describedBy}
        aria-multiselectable={isMulti || undefined}
        aria-activedescendant={activeRow && rowId(activeRow)}
        data-invalid={isInvalid || undefined}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        <div className={classes.listRows} style={{ height: list.getTotalSize() }}>
          {list.getVirtualItems().map(({ index, start }) => {
            const row = shown[index] as OptionRow;
            return (
              <ListRow
                key={row.option.value}
                row={row}
                id={rowId(row)}
                start={start}
                isTree={isTree}
                isOpen={isOpen(row)}
                isActive={index === at}
                isPicked={picked.has(row.option.value)}
                hotkey={keys.get(row.option.value)}
              />
            );
          })}
        </div>
      </div>
      {shown.length === 0 && <p className={classes.hint}>{t("noOption")}</p>}
    </div>
  );
}

interface SearchOptionsProps {
  readonly search: string;
  readonly controls: string;
  readonly onSearch: (text: string) => void;
  /** Enter: the first that was found is meant. */
  readonly onTake: () => void;
  readonly onDown: () => void;
}

function SearchOptions({ search, controls, onSearch, onTake, onDown }: SearchOptionsProps) {
  const { t } = useTranslation("forms");
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && search.trim() !== "" && !event.ctrlKey && !event.metaKey) onTake();
    else if (event.key === "ArrowDown") onDown();
    else if (event.key === "Escape" && search !== "") onSearch("");
    else if (event.key === "Escape") event.currentTarget.blur();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <TextInput
      size="xs"
      mb={4}
      type="search"
      value={search}
      aria-label={t("searchOptions")}
      aria-controls={controls}
      placeholder={t("searchOptions")}
      onChange={(event) => onSearch(event.currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  );
}

interface ListRowProps {
  readonly row: OptionRow;
  readonly id: string;
  /** Distance from the top of the list, in CSS pixels. */
  readonly start: number;
  readonly isTree: boolean;
  readonly isOpen: boolean;
  readonly isActive: boolean;
  readonly isPicked: boolean;
  readonly hotkey: string | undefined;
}

function ListRow(props: ListRowProps) {
  const { row, id, start, isTree, isOpen, isActive, isPicked, hotkey } = props;
  const color = declaredColor(row.option);
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <div
      id={id}
      className={classes.listRow}
      role="treeitem"
      tabIndex={-1}
      aria-selected={isPicked}
      aria-level={row.above.length + 1}
      aria-expanded={row.hasChildren ? isOpen : undefined}
      data-value={row.option.value}
      data-active={isActive || undefined}
      data-branch={!row.canBePicked || undefined}
      style={{ transform: `translateY(${start}px)`, paddingInlineStart: 6 + row.above.length * 18 }}
    >
      {isTree && (
        <span className={classes.chevron} data-chevron>
          {row.hasChildren && <Chevron size={14} aria-hidden />}
        </span>
      )}
      {color !== undefined && <span className={classes.swatch} style={{ background: color }} />}
      <span className={classes.listLabel} title={row.label}>
        {row.label}
      </span>
      {isPicked && <IconCheck size={15} aria-hidden />}
      {hotkey !== undefined && (
        <Kbd className={classes.key} aria-hidden>
          {hotkey}
        </Kbd>
      )}
    </div>
  );
}

function openAtFirst(rows: readonly OptionRow[], picked: ReadonlySet<unknown>): ReadonlySet<string> {
  const wanted = rows.length <= OPEN_AT_ONCE ? rows : rows.filter(({ option }) => picked.has(option.value));
  return new Set(wanted.flatMap(({ above }) => above.map(({ option }) => option.value)));
}

function withValue(before: ReadonlySet<string>, row: OptionRow, isIn: boolean): ReadonlySet<string> {
  const after = new Set(before);
  if (isIn) after.add(row.option.value);
  else after.delete(row.option.value);
  return after;
}

function placeOf(rows: readonly OptionRow[], value: string): number {
  return rows.findIndex(({ option }) => option.value === value);
}

function firstPicked(rows: readonly OptionRow[], picked: ReadonlySet<unknown>): number {
  return rows.findIndex(({ option }) => picked.has(option.value));
}

function matches(row: OptionRow, search: string): boolean {
  return row.trail.toLowerCase().includes(search.trim().toLowerCase());
}
