import { Kbd, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/components/useFormats";
import { useEditorTask, useSelection } from "@/editor-core/react";
import { classColor } from "@/editors/colors";
import type { PlacedRegions } from "@/editors/regions/actions";
import { activeClassOf } from "@/editors/regions/class-picking";
import classes from "@/editors/regions/Regions.module.css";
import type { RegionListing } from "@/editors/regions/region-listing";
import type { ClassDeclaration } from "@/interface/declaration";
import { helpText, optionTitle } from "@/interface/texts";

/** More classes than this can be searched. */
const MOST_UNSEARCHED = 12;

interface ClassPaletteProps {
  readonly placed: PlacedRegions;
  readonly listing: RegionListing;
  /** Key of each class that has one. */
  readonly keys: ReadonlyMap<string, string>;
  readonly onPick: (className: string) => void;
}

/** The classes with their colours, keys and counts; the active one is marked. */
export function ClassPalette({ placed, listing, keys, onPick }: ClassPaletteProps) {
  const { t, i18n } = useTranslation("regions");
  const [query, setQuery] = useState("");
  const counts = useSyncExternalStore(listing.subscribe, () => listing.counts);
  const all = placed.field.classes;
  const wanted = query.trim().toLocaleLowerCase();
  const shown = all.filter((declared) =>
    `${optionTitle(declared, i18n.language)} ${declared.value}`.toLocaleLowerCase().includes(wanted),
  );
  const pickFirst = () => {
    const [first] = shown;
    if (first === undefined) return;
    onPick(first.value);
    setQuery("");
  };
  return (
    <div>
      {all.length > MOST_UNSEARCHED && (
        <TextInput
          size="xs"
          mb={6}
          leftSection={<IconSearch size={14} aria-hidden />}
          aria-label={t("searchClasses")}
          placeholder={t("searchClasses")}
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            pickFirst();
          }}
        />
      )}
      <ul className={classes.palette} aria-label={t("classes")}>
        {shown.map((declared) => (
          <li key={declared.value}>
            <ClassButton
              placed={placed}
              declared={declared}
              hotkey={keys.get(declared.value)}
              count={counts.get(declared.value) ?? 0}
              onPick={onPick}
            />
          </li>
        ))}
        {shown.length === 0 && <li className={classes.hint}>{t("noClass")}</li>}
      </ul>
    </div>
  );
}

interface ClassButtonProps {
  readonly placed: PlacedRegions;
  readonly declared: ClassDeclaration;
  readonly hotkey: string | undefined;
  readonly count: number;
  readonly onPick: (className: string) => void;
}

function ClassButton({ placed, declared, hotkey, count, onPick }: ClassButtonProps) {
  const { t, i18n } = useTranslation("regions");
  const formats = useFormats();
  const { readOnly } = useEditorTask();
  const isActive = useSelection(({ activeClass }) => activeClassOf(activeClass, placed) === declared.value);
  const title = optionTitle(declared, i18n.language);
  const content = (
    <>
      <span className={classes.swatch} />
      <span className={classes.classTitle}>{title}</span>
      <span className={classes.count} title={t("regions", { count })}>
        {formats.number(count)}
      </span>
    </>
  );
  const style = { ["--class-color" as string]: classColor(placed.field, declared.value) };
  if (readOnly) {
    return (
      <span className={classes.class} style={style}>
        {content}
      </span>
    );
  }
  return (
    <button
      type="button"
      className={classes.class}
      style={style}
      aria-pressed={isActive}
      aria-keyshortcuts={hotkey}
      title={helpText(declared, i18n.language) ?? t(`geometry.${declared.geometry}`)}
      // The keyboard stays with the text or picture, which goes on being worked at.
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => onPick(declared.value)}
    >
      {content}
      {hotkey !== undefined && (
        <Kbd className={classes.key} aria-hidden>
          {hotkey}
        </Kbd>
      )}
    </button>
  );
}
