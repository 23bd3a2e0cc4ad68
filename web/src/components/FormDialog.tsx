import { Button, Group, Modal, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { FormEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/ErrorState";

export interface FormDialogProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What the button does, as a verb. */
  submit: string;
  /** The dialog closes when this is done, and shows why when it fails. */
  onSubmit: () => unknown;
  /** What is filled in can be sent. Yes unless told. */
  complete?: boolean;
  /** The fields. They are made anew each time the dialog opens. */
  children: ReactNode;
}

/** A few fields to fill in and send. */
export function FormDialog({ opened, onClose, title, ...form }: FormDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size="lg"
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <Fields onClose={onClose} {...form} />
    </Modal>
  );
}

function Fields({
  onClose,
  submit,
  onSubmit,
  complete = true,
  children,
}: Omit<FormDialogProps, "opened" | "title">) {
  const { t } = useTranslation();
  const sending = useMutation({ mutationFn: async () => onSubmit(), onSuccess: onClose });
  const send = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (complete && !sending.isPending) sending.mutate();
  };
  return (
    <form onSubmit={send}>
      <Stack>
        {children}
        {sending.isError && <ErrorState error={sending.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" loading={sending.isPending} disabled={!complete}>
            {submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
