import { Switch } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEditorTask } from "@/editor-core/react";
import classes from "@/editors/chat/Chat.module.css";
import { messagesOf, toolNames } from "@/editors/chat/conversation";
import { JsonText } from "@/editors/chat/Parts";
import { Turn } from "@/editors/chat/Turn";
import { useTurnKeys } from "@/editors/chat/turn-keys";
import type { InputEditorProps, PlacedField } from "@/editors/contract";
import { FieldRow } from "@/editors/forms/FieldRow";
import { useShownProblems } from "@/editors/forms/shown-problems";
import { useAskedFields } from "@/editors/forms/visibility";
import type { GroupField, Json } from "@/interface/declaration";
import { elementsIn, elementsOf } from "@/interface/elements";
import { isList, member } from "@/interface/json";
import { isGroup } from "@/interface/placed";
import { fieldTitle } from "@/interface/texts";

/** A conversation, turn by turn, with what is asked about each. */
export function ChatEditor({ input, value, groups }: InputEditorProps) {
  const { t, i18n } = useTranslation("chat");
  const { data } = useEditorTask();
  const [isRaw, setIsRaw] = useState(false);
  const messages = useMemo(() => messagesOf(elementsIn(input, data)), [input, data]);
  const tools = useMemo(() => toolNames(messages), [messages]);
  const asked = useAskedFields(groups).filter(isGroup);
  const groupsOf = useGroupsByTurn(asked);
  useTurnKeys();
  if (messages.length === 0) return <NoConversation value={value} />;
  return (
    <section className={classes.chat} data-natural-height aria-label={fieldTitle(input, i18n.language)}>
      <div className={classes.tools}>
        {asked.map((placed) => (
          <GroupHead key={placed.pointer} placed={placed} />
        ))}
        <Switch
          className={classes.raw}
          size="xs"
          label={t("raw")}
          title={t("rawHint")}
          checked={isRaw}
          onChange={(event) => setIsRaw(event.currentTarget.checked)}
        />
      </div>
      {messages.map((message) => (
        <Turn
          key={message.key}
          message={message}
          tools={tools}
          groups={groupsOf(message.key)}
          isRaw={isRaw}
        />
      ))}
    </section>
  );
}

/** A group's title, help and problems, once above the conversation. */
function GroupHead({ placed }: { readonly placed: PlacedField<GroupField> }) {
  const problems = useShownProblems(placed.pointer, false);
  return (
    <FieldRow placed={placed} problems={problems}>
      {() => null}
    </FieldRow>
  );
}

const NONE: readonly PlacedField<GroupField>[] = [];

/** Which of the groups go through a turn. The same array for as long as they do. */
function useGroupsByTurn(
  groups: readonly PlacedField<GroupField>[],
): (key: string) => readonly PlacedField<GroupField>[] {
  const { declaration, data } = useEditorTask();
  const names = groups.map(({ pointer }) => pointer).join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the groups' pointers say which they are
  const byTurn = useMemo(() => {
    const found = new Map<string, PlacedField<GroupField>[]>();
    for (const placed of groups) {
      for (const { key } of elementsOf(placed.field, declaration, data)) {
        found.set(key, [...(found.get(key) ?? []), placed]);
      }
    }
    return found;
  }, [names, declaration, data]);
  return (key) => byTurn.get(key) ?? NONE;
}

function NoConversation({ value }: { readonly value: Json | undefined }) {
  const { t } = useTranslation("chat");
  const messages = isList(value) ? value : member(value, "messages");
  const isMissing = value === undefined || value === null || (isList(messages) && messages.length === 0);
  return (
    <div className={classes.chat} data-natural-height>
      <p className={classes.note}>{t(isMissing ? "missing" : "notChat")}</p>
      {!isMissing && <JsonText value={value} label={t("raw")} />}
    </div>
  );
}
