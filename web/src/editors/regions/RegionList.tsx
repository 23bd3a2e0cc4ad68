import { ActionIcon, TextInput, Tooltip } from "@mantine/core";
import { IconEye, IconEyeOff, IconSearch } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type KeyboardEvent,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { useTranslation } from "react-i18next";
import type { EntryId } from "@/editor-core/changes";
import { useEditorTask, useSelection } from "@/editor-core/react";
import { useShownProblems } from "@/editors/forms/shown-problems";
import { type PlacedRegions, setHidden } from "@/editors/regions/actions";
import { RegionRow } from "@/editors/regions/RegionRow";
import classes from "@/editors/regions/Regions.module.css";
import type { RegionListing } from "@/editors/regions/region-listing";
import { entryAt, problemsByRegion } from "@/editors/regions/row-problems";
import { useFoundRegions } from "@/editors/regions/use-found-regions";
import { useListActions } from "@/editors/regions/use-list-actions";
import { fieldTitle } from "@/interface/texts";

/** More regions than this can be searched. */
const MOST_UNSEARCHED = 12;
/** Height of a row in CSS pixels. */
const ROW = 28;

interface RegionListProps {
  readonly placed: PlacedRegions;
  readonly listing: RegionListing;
  /** Read out, and shown above the list. */
  readonly onSay: (text: string) => void;
}

/** Every region of a field: what is drawn on the picture or marked in the text, for eyes, ears and keyboard. */
export function RegionList({ placed, listing, onSay }: RegionListProps) {
  const { t } = useTranslation("regions");
  const ids = useSyncExternalStore(listing.subscribe, () => listing.ids);
  const [query, setQuery] = useState("");
  const found = useFoundRegions(placed, ids, query);
  return (
    <div>
      {ids.length > 0 && (
        <div className={classes.head}>
          <span>{t("regions", { count: ids.length })}</span>
          <HideAll ids={ids} />
        </div>
      )}
      {ids.length > MOST_UNSEARCHED && (
        <TextInput
          size="xs"
          mb={4}
          leftSection={<IconSearch size={14} aria-hidden />}
          aria-label={t("searchRegions")}
          placeholder={t("searchRegions")}
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
        />
      )}
      {ids.length > 0 && found.length === 0 && <p className={classes.hint}>{t("noneFound")}</p>}
      {ids.length === 0 && <p className={classes.hint}>{t("none")}</p>}
      {found.length > 0 && <Rows placed={placed} ids={found} onSay={onSay} />}
    </div>
  );
}

function HideAll({ ids }: { readonly ids: readonly EntryId[] }) {
  const { t } = useTranslation("regions");
  const { selection } = useEditorTask();
  const isAnyShown = useSelection(({ hidden }) => ids.some((id) => !hidden.has(id)));
  const label = t(isAnyShown ? "hideAll" : "showAll");
  return (
    <Tooltip label={label}>
      <ActionIcon
        size="sm"
        variant="subtle"
        color="gray"
        aria-label={label}
        onClick={() => setHidden(selection, ids, isAnyShown)}
      >
        {isAnyShown ? <IconEye size={15} /> : <IconEyeOff size={15} />}
      </ActionIcon>
    </Tooltip>
  );
}

interface RowsProps extends Omit<RegionListProps, "listing"> {
  readonly ids: readonly EntryId[];
}

function Rows({ placed, ids, onSay }: RowsProps) {
  const { t, i18n } = useTranslation("regions");
  const task = useEditorTask();
  const scroller = useRef<HTMLDivElement>(null);
  const gridId = useId();
  const rows = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => ids[index] as EntryId,
    estimateSize: () => ROW,
    overscan: 8,
    initialRect: { width: 300, height: 320 },
  });
  const page = () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? ROW) / ROW) - 1);
  const actions = useListActions(placed, ids, page, onSay);
  const { active } = actions;
  const show = useCallback(
    (id: EntryId) => {
      const index = ids.indexOf(id);
      if (index >= 0) rows.scrollToIndex(index, { align: "auto" });
    },
    [ids, rows],
  );
  useFollowing(placed, show);
  const problems = useShownProblems(placed.pointer, true);
  const byRegion = useMemo(
    () => problemsByRegion(task.document, placed.pointer, problems),
    [task, placed.pointer, problems],
  );
  // Only rows with problems have a height of their own; measuring every row would cost a layout for each.
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights are old when problems come or go
  useEffect(() => rows.measure(), [rows, byRegion]);
  const isActiveShown = rows.getVirtualItems().some(({ index }) => ids[index] === active);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table could not be virtualised
    <div
      ref={scroller}
      className={classes.list}
      role="grid"
      tabIndex={0}
      aria-multiselectable="true"
      aria-rowcount={ids.length}
      aria-label={fieldTitle(placed.field, i18n.language)}
      aria-description={t(task.readOnly ? "keysReading" : "keys")}
      aria-activedescendant={active !== null && isActiveShown ? `${gridId}${active}` : undefined}
      onKeyDown={(event: KeyboardEvent) => actions.onKeyDown(event)}
      data-first-focus
    >
      <div className={classes.sheet} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const id = ids[row.index] as EntryId;
          return (
            <div
              key={id}
              ref={byRegion.has(id) ? rows.measureElement : undefined}
              data-index={row.index}
              className={classes.place}
              style={{ transform: `translateY(${row.start}px)` }}
            >
              <RegionRow
                placed={placed}
                id={id}
                rowId={`${gridId}${id}`}
                rowIndex={row.index + 1}
                isActive={id === active}
                found={byRegion.get(id)}
                onPick={actions.pick}
                onRemove={actions.remove}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** The list follows what is selected on the picture or in the text, and what an error or comment points to. */
function useFollowing(placed: PlacedRegions, show: (id: EntryId) => void): void {
  const task = useEditorTask();
  const last = useSelection(({ selected }) => selected.at(-1));
  useEffect(() => {
    if (last !== undefined) show(last);
  }, [last, show]);
  useEffect(
    () =>
      task.onReveal((target) => {
        const id = entryAt(task.document, placed.pointer, target);
        if (id === undefined) return;
        task.selection.setState({ selected: [id], activeField: placed.pointer });
        task.reveal(id);
      }),
    [task, placed.pointer],
  );
}
