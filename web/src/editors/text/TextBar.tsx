import { ActionIcon, Tooltip } from "@mantine/core";
import { IconLetterCaseToggle, IconSearch } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import classes from "@/editors/text/Text.module.css";
import type { TextSession } from "@/editors/text/text-session";

interface BarProps {
  readonly session: TextSession;
  readonly title: string;
  /** The keyboard goes back to the text. */
  readonly onDone: () => void;
}

/** How spans are made, and the search. The classes themselves are in the panel of their field. */
export function TextBar({ session, title, onDone }: BarProps) {
  const { t } = useTranslation("text");
  const snap = useStore(session.state, (state) => state.snap);
  return (
    <div className={classes.bar} role="toolbar" aria-label={t("tools")}>
      <span className={classes.name}>{title}</span>
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
