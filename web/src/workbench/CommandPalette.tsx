import { Kbd, Modal, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { HotkeyRegistry } from "@/editor-core/hotkey-registry";
import type { Command } from "@/editor-core/hotkeys";
import { fuzzyFound } from "@/workbench/fuzzy";
import classes from "@/workbench/Workbench.module.css";

const MOST_SHOWN = 12;

export interface CommandPaletteProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly commands: HotkeyRegistry;
}

/** Pick a class, an option or a command by a few letters of its name. */
export function CommandPalette(props: CommandPaletteProps) {
  const { t } = useTranslation("workbench");
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={t("palette.title")}
      withCloseButton={false}
      yOffset="10vh"
      // At once: the letters after the slash come before any animation has ended.
      transitionProps={{ duration: 0 }}
    >
      {props.opened && <Found {...props} />}
    </Modal>
  );
}

function Found({ commands, onClose }: CommandPaletteProps) {
  const { t } = useTranslation("workbench");
  const [query, setQuery] = useState("");
  const input = useRef<HTMLInputElement>(null);
  // The dialog's own focus comes a moment later; what is typed until then would be lost.
  useLayoutEffect(() => input.current?.focus(), []);
  const enabled = commands.commands().filter((each) => each.enabled === undefined || each.enabled());
  const found = fuzzyFound(enabled, query, (each) => each.label).slice(0, MOST_SHOWN);
  const run = (command: Command | undefined) => {
    if (command === undefined) return;
    onClose();
    // After the dialog has given the focus back, which a command may want to move.
    requestAnimationFrame(() => command.run(new KeyboardEvent("keydown", { key: "Enter" })));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        run(found[0]);
      }}
    >
      <TextInput
        ref={input}
        aria-label={t("palette.search")}
        placeholder={t("palette.search")}
        data-autofocus
        value={query}
        onChange={(event) => setQuery(event.currentTarget.value)}
      />
      <div aria-live="polite">
        {found.length === 0 && <Text size="sm">{t("commands.none")}</Text>}
        {found.map((command, index) => (
          <UnstyledButton
            key={`${command.id} ${index}`}
            type="button"
            className={classes.row}
            w="100%"
            onClick={() => run(command)}
          >
            <Text size="sm" className={classes.grow}>
              {command.label}
            </Text>
            {commands.keysOf(command).map((key) => (
              <Kbd key={key}>{key}</Kbd>
            ))}
          </UnstyledButton>
        ))}
      </div>
    </form>
  );
}
