import { ActionIcon, NativeSelect, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { IconArrowsLeftRight, IconTrash } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Entry } from "@/editor-core/changes";
import { useEditorTask, useEntriesUnder, useEntry, useSelection } from "@/editor-core/react";
import type { FieldWidgetProps } from "@/editors/contract";
import { shortened } from "@/editors/text/editing";
import {
  allowedTypes,
  changeRelation,
  endsOf,
  type PlacedRelations,
  type Relation,
  turnAround,
} from "@/editors/text/relations";
import classes from "@/editors/text/Text.module.css";
import type { RelationsField } from "@/interface/declaration";
import { fieldTitle, optionTitle } from "@/interface/texts";

/** The relations of a field: what they link, their type, and how to change, turn, show or delete them. */
export function RelationsPanel({ placed }: FieldWidgetProps<RelationsField>) {
  const { t, i18n } = useTranslation("text");
  const entries = useEntriesUnder(placed.pointer);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 34,
    overscan: 8,
    initialRect: { width: 300, height: 320 },
  });
  if (entries.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t("noRelations")}
      </Text>
    );
  return (
    <div ref={scroller} className={classes.relations}>
      <ul
        aria-label={fieldTitle(placed.field, i18n.language)}
        style={{
          height: rows.getTotalSize(),
          position: "relative",
          margin: 0,
          padding: 0,
          listStyle: "none",
        }}
      >
        {rows.getVirtualItems().map((row) => {
          const entry = entries[row.index] as Entry;
          return (
            <li
              key={entry.id}
              style={{ position: "absolute", insetInline: 0, transform: `translateY(${row.start}px)` }}
            >
              <RelationRow placed={placed} entry={entry} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function RelationRow({ placed, entry }: { readonly placed: PlacedRelations; readonly entry: Entry }) {
  const { t, i18n } = useTranslation("text");
  const task = useEditorTask();
  const isSelected = useSelection((state) => state.selected.includes(entry.id));
  const relation = entry.value as Relation;
  const [from, to] = endsOf(placed, relation);
  const fromName = useRegionName(from);
  const toName = useRegionName(to);
  const types = allowedTypes(placed, task.document, from, to);
  const name = `${fromName} → ${toName}`;
  const show = () => {
    task.selection.setState({ selected: [entry.id] });
    task.reveal(entry.id);
  };
  return (
    <div className={classes.relation} data-selected={isSelected || undefined}>
      <UnstyledButton className={classes.ends} title={name} aria-label={t("show", { name })} onClick={show}>
        {name}
      </UnstyledButton>
      <NativeSelect
        size="xs"
        className={classes.type}
        aria-label={t("typeOf", { name })}
        disabled={task.readOnly}
        value={relation.type}
        data={types.map((type) => ({ value: type.value, label: optionTitle(type, i18n.language) }))}
        onChange={(event) =>
          changeRelation(placed, task.document, entry.id, { type: event.currentTarget.value })
        }
      />
      {!task.readOnly && (
        <>
          <Tooltip label={t("turn")}>
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              aria-label={`${t("turn")}: ${name}`}
              disabled={allowedTypes(placed, task.document, to, from).length === 0}
              onClick={() => turnAround(placed, task.document, entry.id)}
            >
              <IconArrowsLeftRight size={14} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t("deleteRelation")}>
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              aria-label={`${t("deleteRelation")}: ${name}`}
              onClick={() => task.document.change((edit) => edit.remove(entry.id))}
            >
              <IconTrash size={14} />
            </ActionIcon>
          </Tooltip>
        </>
      )}
    </div>
  );
}

/** What a region is called in the list: its words, else its class and number. */
function useRegionName(id: string): string {
  const region = useEntry(id)?.value as
    | { readonly class?: string; readonly id?: string; readonly geometry?: { readonly quote?: string } }
    | undefined;
  const quote = region?.geometry?.quote;
  return quote === undefined ? `${region?.class ?? "?"} ${region?.id ?? ""}` : shortened(quote, 28);
}
