import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { CommandOverlay } from "@/workbench/CommandOverlay";
import { CommandPalette } from "@/workbench/CommandPalette";
import { OutboxDialog } from "@/workbench/OutboxDialog";
import type { Work } from "@/workbench/useWork";

export type WorkDialog = "commands" | "palette" | "outbox";

interface WorkDialogsProps {
  readonly work: Work;
  /** The open one; another name or null when none of these is. */
  readonly dialog: string | null;
  readonly onClose: () => void;
}

/** The dialogs of every page that has the whole screen for one task. */
export function WorkDialogs({ work, dialog, onClose }: WorkDialogsProps) {
  return (
    <>
      <CommandOverlay
        opened={dialog === "commands"}
        onClose={onClose}
        commands={work.commands}
        person={work.me.id}
      />
      <CommandPalette opened={dialog === "palette"} onClose={onClose} commands={work.commands} />
      <OutboxDialog opened={dialog === "outbox"} onClose={onClose} outbox={work.outbox} />
    </>
  );
}

/** While a dialog is open no key reaches what is behind it; the dialog closes by its own Escape. */
export function useDialogScope({ commands }: Work, opened: boolean): void {
  const { t } = useTranslation("workbench");
  useEffect(() => {
    if (!opened) return;
    const close = { id: "workbench.close", label: t("close"), keys: ["Escape"], enabled: () => false };
    return commands.register("dialog", [{ ...close, run: () => undefined }]);
  }, [commands, opened, t]);
}
