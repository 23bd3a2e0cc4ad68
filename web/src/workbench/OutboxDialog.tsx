import { Button, Code, Group, Modal, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { OutboxEntry } from "@/editor-core/outbox/entry";
import type { Outbox } from "@/editor-core/outbox/outbox";
import classes from "@/workbench/Workbench.module.css";

export interface OutboxDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly outbox: Outbox;
}

/** What is unsent, and what the server refused: its reason, and the answer to copy or keep as a file. */
export function OutboxDialog({ opened, onClose, outbox }: OutboxDialogProps) {
  const { t } = useTranslation("workbench");
  const { waiting, refused } = useStore(outbox.store);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("outbox.title")}
      size="lg"
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <Stack>
        <Group justify="space-between">
          <Text size="sm">{t("outbox.unsent", { count: waiting.length })}</Text>
          <Button size="xs" variant="default" onClick={() => outbox.flush()} disabled={waiting.length === 0}>
            {t("outbox.sendNow")}
          </Button>
        </Group>
        {refused.map((entry) => (
          <RefusedEntry key={entry.id} entry={entry} outbox={outbox} />
        ))}
      </Stack>
    </Modal>
  );
}

function RefusedEntry({ entry, outbox }: { readonly entry: OutboxEntry; readonly outbox: Outbox }) {
  const { t } = useTranslation("workbench");
  const text = JSON.stringify("answer" in entry.body ? entry.body.answer : entry.body, null, 2);
  return (
    <section className={classes.comment}>
      <Text size="sm" fw={600}>
        {entry.refused?.message}
      </Text>
      {entry.refused?.problems.map((problem) => (
        <Text size="xs" key={`${problem.path} ${problem.rule}`}>
          {problem.path}: {problem.message}
        </Text>
      ))}
      <Code block className={classes.answer}>
        {text}
      </Code>
      <Group gap="xs" mt="xs">
        <Button size="compact-xs" onClick={() => void outbox.retry(entry.id)}>
          {t("outbox.retry")}
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => void navigator.clipboard.writeText(text)}>
          {t("outbox.copy")}
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => exportJson(text, entry.id)}>
          {t("outbox.export")}
        </Button>
        <Button size="compact-xs" variant="subtle" color="red" onClick={() => void outbox.discard(entry.id)}>
          {t("outbox.discard")}
        </Button>
      </Group>
    </section>
  );
}

function exportJson(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${name}.json`;
  link.click();
  URL.revokeObjectURL(address);
}
