import { Kbd, TextInput } from "@mantine/core";
import { IconCheck, IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { type KeyboardEvent, type MouseEvent, useId } from "react";
import { useTranslation } from "react-i18next";
import { declaredColor } from "@/editors/colors";
import classes from "@/editors/forms/Forms.module.css";
import type { OptionRow } from "@/editors/forms/option-rows";
import { useOptionList } from "@/editors/forms/use-option-list";

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
  const { rows, picked, keys, isMulti, isInvalid, labelId, describedBy } = props;
  const { t } = useTranslation("forms");
  const id = useId();
  const list = useOptionList(props);
  const { frame, shown, activeIndex, virtual } = list;
  const isTree = rows.some(({ hasChildren }) => hasChildren);
  const onClick = (event: MouseEvent<HTMLElement>) => {
    if (!(event.target instanceof Element)) return;
    const value = event.target.closest<HTMLElement>("[data-value]")?.dataset.value;
    const row = shown.find(({ option }) => option.value === value);
    if (row === undefined) return;
    frame.current?.focus();
    if (event.target.closest("[data-chevron]") !== null && row.hasChildren) list.turn(row);
    else list.choose(row);
  };
  return (
    <div>
      <SearchOptions
        search={list.search}
        controls={id}
        onSearch={list.searchFor}
        onTake={list.takeFirst}
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
        aria-activedescendant={shown.length > 0 ? `${id}-${activeIndex}` : undefined}
        data-invalid={isInvalid || undefined}
        onKeyDown={list.onKeyDown}
        onClick={onClick}
      >
        <div className={classes.listRows} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = shown[index] as OptionRow;
            return (
              <ListRow
                key={row.option.value}
                row={row}
                id={`${id}-${index}`}
                start={start}
                isTree={isTree}
                isOpen={list.isOpen(row)}
                isActive={index === activeIndex}
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
