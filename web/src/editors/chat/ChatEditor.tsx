import { ActionIcon } from "@mantine/core";
import { IconArrowsVertical, IconBraces, IconFileDiff } from "@tabler/icons-react";
import { type ComponentType, Suspense, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { WordDiff } from "@/components/WordDiff";
import { useEditorTask } from "@/editor-core/react";
import classes from "@/editors/chat/Chat.module.css";
import { messagesOf, toolNames, writtenIn } from "@/editors/chat/conversation";
import { useMounted } from "@/editors/chat/mounting";
import { JsonText } from "@/editors/chat/Parts";
import { useScrolling, useSyncedScrolling } from "@/editors/chat/scrolling";
import { Turn } from "@/editors/chat/Turn";
import { useTurnKeys } from "@/editors/chat/turn-keys";
import type { InputEditorProps, PlacedField } from "@/editors/contract";
import { FieldRow } from "@/editors/forms/FieldRow";
import { useShownProblems } from "@/editors/forms/shown-problems";
import { useAskedFields } from "@/editors/forms/visibility";
import { layoutOf } from "@/editors/layout";
import type { GroupField, Json } from "@/interface/declaration";
import { elementsIn, elementsOf } from "@/interface/elements";
import { isList, member } from "@/interface/json";
import { isGroup } from "@/interface/placed";
import { fieldTitle } from "@/interface/texts";

/** A conversation, turn by turn, with what is asked about each. A response is named by the column it stands in. */
export function ChatEditor({ input, value, groups }: InputEditorProps) {
  const { t, i18n } = useTranslation("chat");
  const task = useEditorTask();
  const [isRaw, setIsRaw] = useState(false);
  const [isDiff, setIsDiff] = useState(false);
  const box = useRef<HTMLElement>(null);
  const elements = useMemo(() => elementsIn(input, task.data), [input, task]);
  const messages = useMemo(() => messagesOf(elements), [elements]);
  const tools = useMemo(() => toolNames(messages), [messages]);
  const layout = useMemo(() => layoutOf(task), [task]);
  const place = layout.compared.indexOf(input);
  const isCompared = place >= 0;
  const isBlind = isCompared && layout.isBlind;
  const before = place === 1 && layout.compared.length === 2 ? layout.compared[0] : undefined;
  const asked = useAskedFields(groups).filter(isGroup);
  const groupsOf = useGroupsByTurn(asked);
  const { isSynced, toggle: toggleSynced } = useScrolling();
  const mounted = useMounted(messages.length);
  useTurnKeys();
  useSyncedScrolling(box, isCompared);
  if (messages.length === 0) return <NoConversation value={value} />;
  return (
    <section
      ref={box}
      className={classes.chat}
      {...(isCompared ? {} : { "aria-label": fieldTitle(input, i18n.language) })}
    >
      <div className={classes.tools}>
        {isCompared && (
          <Toggle label={t("synced")} isOn={isSynced} icon={IconArrowsVertical} onToggle={toggleSynced} />
        )}
        {before !== undefined && (
          <Toggle
            label={t("compare")}
            isOn={isDiff}
            icon={IconFileDiff}
            onToggle={() => setIsDiff(!isDiff)}
          />
        )}
        <Toggle label={t("raw")} isOn={isRaw} icon={IconBraces} onToggle={() => setIsRaw(!isRaw)} />
      </div>
      {asked.length > 0 && (
        <div className={classes.groups}>
          {asked.map((placed) => (
            <GroupHead key={placed.pointer} placed={placed} />
          ))}
        </div>
      )}
      {isDiff && before !== undefined ? (
        <Suspense>
          <WordDiff before={writtenIn(elementsIn(before, task.data))} after={writtenIn(elements)} />
        </Suspense>
      ) : (
        messages
          .slice(0, mounted)
          .map((message) => (
            <Turn
              key={message.key}
              message={message}
              isOnly={messages.length === 1}
              tools={tools}
              groups={groupsOf(message.key)}
              isRaw={isRaw}
              isBlind={isBlind}
            />
          ))
      )}
    </section>
  );
}

interface ToggleProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly icon: ComponentType<{ size: number; "aria-hidden": boolean }>;
  readonly onToggle: () => void;
}

/** A way of showing the conversation, on or off. */
function Toggle({ label, isOn, icon: Icon, onToggle }: ToggleProps) {
  return (
    <ActionIcon
      size="sm"
      variant={isOn ? "filled" : "subtle"}
      color={isOn ? undefined : "gray"}
      aria-pressed={isOn}
      aria-label={label}
      title={label}
      onClick={onToggle}
    >
      <Icon size={15} aria-hidden />
    </ActionIcon>
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
    <div className={classes.chat}>
      <p className={classes.note}>{t(isMissing ? "missing" : "notChat")}</p>
      {!isMissing && <JsonText value={value} label={t("raw")} />}
    </div>
  );
}
