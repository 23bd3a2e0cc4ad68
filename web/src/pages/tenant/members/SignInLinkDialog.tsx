import { Modal, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { CopyField } from "@/components/CopyField";
import { OnceDialog } from "@/components/OnceDialog";
import { useFormats } from "@/components/useFormats";

/** Whose link it is; null for somebody who signs in already and needs none. */
export interface GivenLink {
  name: string;
  link: Schemas["SignInLink"] | null;
}

/** The link for a first sign-in, to hand over. */
export function SignInLinkDialog({ given, onClose }: { given: GivenLink; onClose: () => void }) {
  const { t } = useTranslation("tenant");
  const formats = useFormats();
  const { name, link } = given;
  if (link === null)
    return (
      <Modal
        opened
        onClose={onClose}
        title={t("members.invited", { name })}
        closeButtonProps={{ "aria-label": t("common:action.close") }}
      >
        <Text size="sm">{t("members.needsNoLink")}</Text>
      </Modal>
    );
  return (
    <OnceDialog
      opened
      onClose={onClose}
      title={t("members.linkFor", { name })}
      warning={t("members.linkOnce", { time: formats.dateTime(link.expires_at) })}
    >
      <CopyField label={t("members.link")} value={link.url} />
    </OnceDialog>
  );
}
