import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { memo, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "@/editors/chat/Chat.module.css";
import { isInstruction, type Message, neutralValue, type Part } from "@/editors/chat/conversation";
import { JsonText, Parts } from "@/editors/chat/Parts";
import type { PlacedField } from "@/editors/contract";
import { GroupFields } from "@/editors/forms/GroupEntry";
import type { GroupField } from "@/interface/declaration";
import { fieldTitle } from "@/interface/texts";

interface TurnProps {
  readonly message: Message;
  /** The conversation has no other: its number says nothing. */
  readonly isOnly: boolean;
  readonly tools: ReadonlyMap<string, string>;
  /** Groups that ask something about this turn. */
  readonly groups: readonly PlacedField<GroupField>[];
  readonly isRaw: boolean;
  /** Nothing may be shown that tells who wrote it. */
  readonly isBlind: boolean;
}

/** One message: who says it, what it says, and what is asked about it. */
export const Turn = memo(function Turn({ message, isOnly, tools, groups, isRaw, isBlind }: TurnProps) {
  const { t, i18n } = useTranslation("chat");
  const isAsked = groups.length > 0;
  const [isOpen, setIsOpen] = useState(!isInstruction(message) || isAsked);
  const bodyId = useId();
  const role = useRoleName(message, isBlind);
  return (
    <article
      className={classes.turn}
      data-turn={message.key}
      data-role={message.role}
      {...(isAsked ? { "data-group-entry": message.key } : {})}
      aria-label={t("turn", { number: message.number, role })}
      tabIndex={-1}
    >
      <header className={classes.head}>
        {!isOnly && (
          <span className={classes.number} aria-hidden>
            {message.number}
          </span>
        )}
        <span className={classes.role}>{role}</span>
        {message.answers !== undefined && (
          <span className={classes.note}>{t("branchOf", { number: message.answers })}</span>
        )}
        {isInstruction(message) && (
          <button
            type="button"
            className={classes.toggle}
            aria-expanded={isOpen}
            aria-controls={bodyId}
            onClick={() => setIsOpen(!isOpen)}
          >
            {isOpen ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
            {t(isOpen ? "hideSystem" : "showSystem")}
          </button>
        )}
        {!isOpen && <span className={classes.brief}>{firstWords(message.parts)}</span>}
      </header>
      <div id={bodyId} className={classes.body} hidden={!isOpen}>
        {isOpen && isRaw && (
          <JsonText value={isBlind ? neutralValue(message.value) : message.value} label={t("raw")} />
        )}
        {isOpen && !isRaw && <Parts parts={message.parts} tools={tools} />}
      </div>
      {groups.map((placed) => (
        <div key={placed.pointer} className={classes.questions}>
          {groups.length > 1 && (
            <div className={classes.groupName}>{fieldTitle(placed.field, i18n.language)}</div>
          )}
          <GroupFields placed={placed} element={message.key} />
        </div>
      ))}
    </article>
  );
});

const KNOWN_ROLES: ReadonlySet<string> = new Set(["system", "developer", "user", "assistant", "tool"]);

/** The role in the person's language, with the speaker's name where there is one. */
function useRoleName({ role, name }: Message, isBlind: boolean): string {
  const { t } = useTranslation("chat");
  const known = KNOWN_ROLES.has(role) ? t(`role.${role}`) : role;
  return isBlind || name === undefined || name === "" ? known : `${known} · ${name}`;
}

function firstWords(parts: readonly Part[]): string {
  const text = parts.find((part) => part.kind === "text");
  return text?.kind === "text" ? text.text.slice(0, 200) : "";
}
