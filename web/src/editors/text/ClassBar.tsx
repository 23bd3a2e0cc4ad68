import { ActionIcon, Kbd, Tooltip, UnstyledButton } from "@mantine/core";
import { IconLetterCaseToggle, IconSearch } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { useEntriesUnder, useSelection } from "@/editor-core/react";
import { classColor } from "@/editors/colors";
import type { PlacedRegions } from "@/editors/regions/actions";
import { activeClassOf, pickClass } from "@/editors/regions/class-picking";
import classes from "@/editors/text/Text.module.css";
import type { TextSession } from "@/editors/text/text-session";

interface BarProps {
  readonly session: TextSession;
  /** The keyboard goes back to the text. */
  readonly onDone: () => void;
}

/** The classes of the spans with their keys, and how spans are made. */
export function ClassBar({ session, onDone }: BarProps) {
  const { t } = useTranslation("text");
  const snap = useStore(session.state, (state) => state.snap);
  return (
    <div className={classes.bar} role="toolbar" aria-label={t("classes")}>
      <div className={classes.classes}>
        {session.regions.map((placed) => (
          <FieldClasses key={placed.pointer} session={session} placed={placed} onDone={onDone} />
        ))}
      </div>
      {!session.task.readOnly && (
        <Tooltip label={`${t("keys.snap")} (Shift+S)`}>
          <ActionIcon
            variant={snap ? "light" : "subtle"}
            color={snap ? undefined : "gray"}
            aria-pressed={snap}
            aria-label={t("keys.snap")}
            onClick={() => {
              session.state.setState({ snap: !snap });
              onDone();
            }}
          >
            <IconLetterCaseToggle size={18} />
          </ActionIcon>
        </Tooltip>
      )}
      <Tooltip label={t("keys.search")}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("keys.search")}
          onClick={() => session.state.setState((state) => ({ query: state.query ?? "" }))}
        >
          <IconSearch size={18} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

function FieldClasses({ session, placed, onDone }: BarProps & { readonly placed: PlacedRegions }) {
  const { t } = useTranslation("text");
  const count = useEntriesUnder(placed.pointer).length;
  const active = useSelection((state) => activeClassOf(state.activeClass, placed));
  const keys = keysOf(session, placed.path);
  return (
    <fieldset className={classes.field}>
      <legend className={classes.legend}>
        {placed.field.title ?? placed.field.name}
        <span className={classes.count}>{t("spans", { count })}</span>
      </legend>
      {placed.field.classes.map((declared) => (
        <UnstyledButton
          key={declared.value}
          className={classes.class}
          aria-pressed={declared.value === active}
          title={declared.help}
          style={{ "--class-color": classColor(placed.field, declared.value) }}
          disabled={session.task.readOnly}
          onClick={() => {
            pickClass(session.task, placed, declared.value);
            onDone();
          }}
        >
          <span className={classes.swatch} />
          {declared.title ?? declared.value}
          {keys.has(declared.value) && <Kbd size="xs">{keys.get(declared.value)}</Kbd>}
        </UnstyledButton>
      ))}
    </fieldset>
  );
}

/** Value -> key of what a field offers. */
export function keysOf(session: TextSession, path: string): ReadonlyMap<string, string> {
  const own = Object.entries(session.task.hotkeys).filter(([, target]) => target.field === path);
  return new Map(own.map(([key, target]) => [target.value, key]));
}
