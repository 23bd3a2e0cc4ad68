import { Modal, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { SignInForm, type SignInFormProps } from "@/components/SignInForm";

export interface SignInDialogProps extends SignInFormProps {
  opened: boolean;
}

/** Over a page whose session was lost: the page and what was done on it stay, and go on after signing in. */
export function SignInDialog({ opened, ...form }: SignInDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      title={t("signIn.again")}
      centered
      zIndex={1000}
    >
      <Text size="sm" mb="md">
        {t("signIn.lost")}
      </Text>
      <SignInForm {...form} />
    </Modal>
  );
}
