import { Button, CloseButton, Kbd } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { useSelection } from "@/editor-core/react";
import { keysOf } from "@/editors/forms/field-keys";
import { announce } from "@/editors/text/commands";
import { shortened } from "@/editors/text/editing";
import { pickType, typesToPick } from "@/editors/text/linking";
import classes from "@/editors/text/Text.module.css";
import type { TextSession } from "@/editors/text/text-session";
import { optionTitle } from "@/interface/texts";

/** The relation that is being made: its ends, and the types that can be picked for it. */
export function DraftBar({
  session,
  onDone,
}: {
  readonly session: TextSession;
  readonly onDone: () => void;
}) {
  const { t, i18n } = useTranslation("text");
  const draft = useStore(session.state, (state) => state.draft);
  const selected = useSelection((state) => state.selected);
  if (draft === null) return null;
  const to = draft.to ?? selected.find((id) => id !== draft.from && session.spans.get(id) !== undefined);
  const quote = (id: string | undefined) =>
    shortened(String(session.task.document.region(id ?? "")?.geometry.quote ?? ""), 32);
  const keys = keysOf(session.task.hotkeys, draft.placed.path);
  return (
    <section className={classes.draft} aria-label={t("keys.relation")}>
      <q>{quote(draft.from)}</q>
      <IconArrowRight size={16} />
      {to === undefined ? <span className={classes.hint}>{t("said.chooseTarget")}</span> : <q>{quote(to)}</q>}
      {typesToPick(session).map((type) => (
        <Button
          key={type.value}
          size="compact-xs"
          variant={draft.type === type.value ? "filled" : "default"}
          rightSection={keys.has(type.value) && <Kbd size="xs">{keys.get(type.value)}</Kbd>}
          onClick={() => {
            announce(session, t, pickType(session, draft.placed.pointer, type.value));
            onDone();
          }}
        >
          {optionTitle(type, i18n.language)}
        </Button>
      ))}
      <CloseButton
        size="sm"
        ml="auto"
        aria-label={t("cancelRelation")}
        onClick={() => {
          session.state.setState({ draft: null });
          session.select([draft.from]);
          onDone();
        }}
      />
    </section>
  );
}
