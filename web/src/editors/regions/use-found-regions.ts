import { useDeferredValue, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { EntryId } from "@/editor-core/changes";
import { useEditorTask, useEntriesUnder } from "@/editor-core/react";
import { declaredClass, type PlacedRegions } from "@/editors/regions/actions";
import { describeGeometry } from "@/editors/regions/describe";
import type { Region } from "@/interface/answer";
import { optionTitle } from "@/interface/texts";

const NOTHING = "\u0000";

/** Those regions whose class, number or words hold what was typed; all of them when nothing was. */
export function useFoundRegions(
  placed: PlacedRegions,
  ids: readonly EntryId[],
  query: string,
): readonly EntryId[] {
  const { i18n } = useTranslation();
  const { document } = useEditorTask();
  const wanted = useDeferredValue(query.trim().toLocaleLowerCase());
  // While nothing is searched, what regions say does not matter here.
  const entries = useEntriesUnder(wanted === "" ? NOTHING : placed.pointer);
  const { language } = i18n;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `entries` are different when the regions are
  return useMemo(() => {
    if (wanted === "") return ids;
    const titles = new Map<string, string>();
    return ids.filter((id) => {
      const region = document.region(id);
      return region !== undefined && textOf(region, placed, titles, language).includes(wanted);
    });
  }, [wanted, ids, document, placed, language, entries]);
}

function textOf(
  region: Region,
  placed: PlacedRegions,
  titles: Map<string, string>,
  language: string,
): string {
  const declared = declaredClass(placed.field, region.class);
  const title = titles.get(region.class) ?? (declared ? optionTitle(declared, language) : region.class);
  titles.set(region.class, title);
  return `${title} ${region.class} #${region.id} ${describeGeometry(region.geometry)}`.toLocaleLowerCase();
}
