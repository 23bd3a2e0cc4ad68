import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/ErrorState";

export interface ConfirmDialogProps {
  opened: boolean;
  onClose: () => void;
  /** The dialog closes when this is done, and shows why when it fails. */
  onConfirm: () => unknown;
  title: string;
  children: ReactNode;
  /** What the button does, as a verb. */
  confirm: string;
  dangerous?: boolean;
  /** What must be typed first, for what cannot be undone. */
  typed?: string;
}

/** Asks before something is done that is hard to undo. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      {props.opened && <Question {...props} />}
    </Modal>
  );
}

function Question({ onClose, onConfirm, children, confirm, dangerous, typed }: ConfirmDialogProps) {
  const { t } = useTranslation();
  const [written, setWritten] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const act = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack>
      <Text size="sm" component="div">
        {children}
      </Text>
      {typed !== undefined && (
        <TextInput
          label={t("confirm.type", { text: typed })}
          value={written}
          onChange={(event) => setWritten(event.currentTarget.value)}
          data-autofocus
        />
      )}
      {error !== undefined && <ErrorState error={error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t("action.cancel")}
        </Button>
        <Button
          color={dangerous ? "red" : undefined}
          loading={busy}
          disabled={typed !== undefined && written !== typed}
          onClick={act}
        >
          {confirm}
        </Button>
      </Group>
    </Stack>
  );
}
