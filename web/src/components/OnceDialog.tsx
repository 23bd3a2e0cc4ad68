import { Alert, Button, Group, Modal, Stack } from "@mantine/core";
import { IconEyeOff } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

export interface OnceDialogProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What happens when it is lost, in one sentence. */
  warning: string;
  /** What to take along, such as a CopyField. */
  children: ReactNode;
}

/** Something that is shown this once. Only its button closes it: a stray click does not lose it. */
export function OnceDialog({ opened, onClose, title, warning, children }: OnceDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size="lg"
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack>
        <Alert color="yellow" variant="light" icon={<IconEyeOff size={18} />}>
          {warning}
        </Alert>
        {children}
        <Group justify="flex-end">
          <Button onClick={onClose}>{t("action.taken")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
