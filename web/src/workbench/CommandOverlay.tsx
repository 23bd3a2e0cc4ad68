import { Alert, Button, Group, Kbd, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { type HotkeyRegistry, isKey } from "@/editor-core/hotkey-registry";
import { remapCommand } from "@/editor-core/hotkey-settings";
import type { Command } from "@/editor-core/hotkeys";
import { fuzzyFound } from "@/workbench/fuzzy";
import classes from "@/workbench/Workbench.module.css";

export interface CommandOverlayProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly commands: HotkeyRegistry;
  /** Whose keys are changed. */
  readonly person: string;
}

/** Every command with its keys, which may be changed. */
export function CommandOverlay(props: CommandOverlayProps) {
  const { t } = useTranslation("workbench");
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={t("commands.title")}
      size="lg"
      closeButtonProps={{ "aria-label": t("close") }}
    >
      {props.opened && <CommandList {...props} />}
    </Modal>
  );
}

function CommandList({ commands, person }: CommandOverlayProps) {
  const { t } = useTranslation("workbench");
  const [query, setQuery] = useState("");
  const [edited, setEdited] = useState<string | null>(null);
  useSyncExternalStore(
    (listener) => commands.subscribe(listener),
    () => commands.remapping,
  );
  const conflicts = commands.conflicts();
  const found = fuzzyFound(commands.commands(), query, (each) => `${each.label} ${each.group ?? ""}`);
  return (
    <Stack gap="xs">
      <TextInput
        aria-label={t("commands.search")}
        placeholder={t("commands.search")}
        data-autofocus
        value={query}
        onChange={(event) => setQuery(event.currentTarget.value)}
      />
      {conflicts.map(([one, other, key]) => (
        <Alert key={`${one.id} ${other.id} ${key}`} color="yellow" variant="light">
          {t("commands.conflict", { key, one: one.label, other: other.label })}
        </Alert>
      ))}
      {found.length === 0 && <Text size="sm">{t("commands.none")}</Text>}
      {found.map((command, index) => (
        <div key={`${command.scope} ${command.id} ${index}`} className={classes.row}>
          <Text size="sm" className={classes.grow}>
            {command.label}
          </Text>
          {edited === command.id ? (
            <KeysForm
              command={command}
              keys={commands.keysOf(command)}
              onDone={(keys) => {
                if (keys !== undefined) remapCommand(commands, localStorage, person, command.id, keys);
                setEdited(null);
              }}
            />
          ) : (
            <Button
              size="compact-xs"
              variant="subtle"
              onClick={() => setEdited(command.id)}
              aria-label={t("commands.change", { label: command.label })}
            >
              {commands.keysOf(command).map((key) => (
                <Kbd key={key} ml={4}>
                  {key}
                </Kbd>
              ))}
            </Button>
          )}
        </div>
      ))}
    </Stack>
  );
}

interface KeysFormProps {
  readonly command: Command;
  readonly keys: readonly string[];
  /** With undefined nothing changes, with null the command has its own keys again. */
  readonly onDone: (keys: readonly string[] | null | undefined) => void;
}

function KeysForm({ command, keys, onDone }: KeysFormProps) {
  const { t } = useTranslation("workbench");
  const [text, setText] = useState(keys.join(", "));
  const wanted = text.split(",").map((key) => key.trim());
  const valid = wanted.every(isKey);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (valid) onDone(wanted);
      }}
    >
      <Group gap={4} wrap="nowrap">
        <TextInput
          size="xs"
          aria-label={t("commands.keysOf", { label: command.label })}
          value={text}
          error={valid ? undefined : t("commands.noKey")}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button size="compact-xs" type="submit" disabled={!valid}>
          {t("commands.save")}
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => onDone(null)}>
          {t("commands.reset")}
        </Button>
      </Group>
    </form>
  );
}
