import { IconEye, IconEyeOff, IconLock, IconLockOpen, IconTrash } from "@tabler/icons-react";
import { type MouseEvent, memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { EntryId } from "@/editor-core/changes";
import { useEditorTask, useEntry, useSelection } from "@/editor-core/react";
import { classColor } from "@/editors/colors";
import { declaredClass, type PlacedRegions, toggle } from "@/editors/regions/actions";
import { describeGeometry } from "@/editors/regions/describe";
import type { PickHow } from "@/editors/regions/list-keys";
import { RegionProblems } from "@/editors/regions/RegionProblems";
import classes from "@/editors/regions/Regions.module.css";
import type { RowProblems } from "@/editors/regions/row-problems";
import type { Region } from "@/interface/answer";
import { optionTitle } from "@/interface/texts";

interface RegionRowProps {
  readonly placed: PlacedRegions;
  readonly id: EntryId;
  /** The element's id, by which the list names its active row. */
  readonly rowId: string;
  /** Counted from one. */
  readonly rowIndex: number;
  readonly isActive: boolean;
  readonly found: RowProblems | undefined;
  readonly onPick: (id: EntryId, how: PickHow) => void;
  readonly onRemove: (ids: readonly EntryId[]) => void;
}

/** One region. It draws itself again when it changes, and not when others do. */
export const RegionRow = memo(function RegionRow(props: RegionRowProps) {
  const { placed, id, rowId, rowIndex, isActive, found, onPick, onRemove } = props;
  const { t, i18n } = useTranslation("regions");
  const task = useEditorTask();
  const entry = useEntry(id);
  const isSelected = useSelection(({ selected }) => selected.includes(id));
  const isHovered = useSelection(({ hovered }) => hovered === id);
  const isHidden = useSelection(({ hidden }) => hidden.has(id));
  const isLocked = useSelection(({ locked }) => locked.has(id));
  const region = entry?.value as unknown as Region | undefined;
  if (region === undefined) return null;
  const declared = declaredClass(placed.field, region.class);
  const title = declared === undefined ? region.class : optionTitle(declared, i18n.language);
  const extent = describeGeometry(region.geometry, (count) => t("points", { count }));
  const name = `${title} ${region.id}`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table could not be virtualised
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the list, which moves among its rows
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and names its active row
    <div
      id={rowId}
      role="row"
      className={classes.row}
      aria-rowindex={rowIndex}
      aria-selected={isSelected}
      data-active={isActive || undefined}
      data-hovered={isHovered || undefined}
      data-hidden={isHidden || undefined}
      onClick={(event) => onPick(id, howPicked(event))}
      onDoubleClick={() => task.reveal(id)}
      onPointerEnter={() => task.selection.setState({ hovered: id })}
      onPointerLeave={() => task.selection.setState({ hovered: null })}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see above */}
      <span role="gridcell" className={classes.name} title={extent === "" ? name : `${name}: ${extent}`}>
        <span
          className={classes.swatch}
          style={{ ["--class-color" as string]: classColor(placed.field, region.class) }}
        />
        <span className={classes.title}>{title}</span>
        <span className={classes.extent}>{extent}</span>
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see above */}
      <span role="gridcell" className={classes.actions}>
        <RowButton
          label={t(isHidden ? "show" : "hide", { name })}
          isOn={isHidden}
          onClick={() => toggle(task.selection, "hidden", [id])}
        >
          {isHidden ? <IconEyeOff size={15} /> : <IconEye size={15} />}
        </RowButton>
        {!task.readOnly && (
          <>
            <RowButton
              label={t(isLocked ? "unlock" : "lock", { name })}
              isOn={isLocked}
              onClick={() => toggle(task.selection, "locked", [id])}
            >
              {isLocked ? <IconLock size={15} /> : <IconLockOpen size={15} />}
            </RowButton>
            <RowButton label={t("delete", { name })} isOff={isLocked} onClick={() => onRemove([id])}>
              <IconTrash size={15} />
            </RowButton>
          </>
        )}
      </span>
      {found !== undefined && found.entry === entry && (
        <RegionProblems declared={declared} problems={found.problems} />
      )}
    </div>
  );
});

function howPicked(event: MouseEvent): PickHow {
  if (event.shiftKey) return "range";
  return event.ctrlKey || event.metaKey ? "toggle" : "only";
}

interface RowButtonProps {
  readonly label: string;
  /** Something is unusual about the row: the button stays in sight. */
  readonly isOn?: boolean;
  readonly isOff?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

/** For the mouse and for touch; on the keyboard the list's own keys do the same. */
function RowButton({ label, isOn = false, isOff = false, onClick, children }: RowButtonProps) {
  return (
    <button
      type="button"
      tabIndex={-1}
      className={classes.action}
      aria-label={label}
      title={label}
      disabled={isOff}
      data-on={isOn || undefined}
      onMouseDown={(event) => event.preventDefault()}
      onClick={(event) => {
        event.stopPropagation();
        onClick();
      }}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      {children}
    </button>
  );
}
