import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEditorTask } from "@/editor-core/react";
import type { PlacedField } from "@/editors/contract";
import { GroupEntry } from "@/editors/forms/GroupEntry";
import { ElementBody } from "@/editors/plain/ElementBody";
import classes from "@/editors/plain/Plain.module.css";
import { VirtualList } from "@/editors/plain/VirtualList";
import type { GroupField, InputDeclaration } from "@/interface/declaration";
import { elementsIn, elementsOf } from "@/interface/elements";
import { member } from "@/interface/json";

const CARD_HEIGHT = 220;
/** Members of an element that say what it is, the best first. */
const KINDS = ["type", "action", "tool", "name", "role"];

export interface ElementCardsProps {
  readonly input: InputDeclaration;
  readonly groups: readonly PlacedField<GroupField>[];
  /** Key of the texts that an element is called by: "step", "row", "page", "frame". */
  readonly called: "step" | "row" | "page" | "frame";
  readonly label: string;
}

/** An input's elements as cards, each with the questions that are asked about it. */
export function ElementCards({ input, groups, called, label }: ElementCardsProps) {
  const { t } = useTranslation("plain");
  const { declaration, data } = useEditorTask();
  const elements = useMemo(() => elementsIn(input, data), [input, data]);
  const asked = useMemo(
    () =>
      groups.map((placed) => ({
        placed,
        keys: new Set(elementsOf(placed.field, declaration, data).map(({ key }) => key)),
      })),
    [groups, declaration, data],
  );
  const keys = useMemo(() => elements.map(([key]) => key), [elements]);
  const target = useRevealed(groups, keys);
  return (
    <VirtualList label={label} keys={keys} usualHeight={CARD_HEIGHT} target={target}>
      {(index) => {
        const [key, properties] = elements[index] ?? ["", {}];
        const kind = KINDS.find((name) => typeof member(properties, name) === "string");
        const questions = asked.filter((each) => each.keys.has(key));
        return (
          <article
            className={classes.card}
            data-element={key}
            data-target={target?.index === index || undefined}
          >
            <header className={classes.cardHead}>
              <h3>{t(called, { number: index + 1 })}</h3>
              {kind !== undefined && <span className={classes.size}>{String(properties[kind])}</span>}
            </header>
            {called !== "page" && called !== "frame" && (
              <ElementBody properties={properties} without={kind} />
            )}
            {questions.length > 0 && (
              <div className={classes.questions}>
                {questions.map(({ placed }) => (
                  <GroupEntry key={placed.pointer} placed={placed} element={key} />
                ))}
              </div>
            )}
          </article>
        );
      }}
    </VirtualList>
  );
}

/** The element that somebody asked to see: one whose answers a problem or a difference is in. */
function useRevealed(groups: readonly PlacedField<GroupField>[], keys: readonly string[]) {
  const task = useEditorTask();
  const [target, setTarget] = useState<{ readonly index: number } | null>(null);
  useEffect(
    () =>
      task.onReveal((id) => {
        const group = groups.find(({ pointer }) => id.startsWith(`${pointer}/`));
        if (group === undefined) return;
        const named = id.slice(group.pointer.length + 1).split("/", 1)[0] ?? "";
        const index = keys.indexOf(named.replaceAll("~1", "/").replaceAll("~0", "~"));
        if (index >= 0) setTarget({ index });
      }),
    [task, groups, keys],
  );
  return target;
}
