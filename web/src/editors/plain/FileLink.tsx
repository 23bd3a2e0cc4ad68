import { Anchor } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

/** Opens a file in a tab of its own; for a file from elsewhere it says from where. */
export function FileLink({ address }: { readonly address: string }) {
  const { t } = useTranslation("plain");
  const elsewhere = /^https?:/i.test(address) ? new URL(address).host : null;
  return (
    <Anchor href={address} target="_blank" rel="noopener noreferrer" referrerPolicy="no-referrer" size="sm">
      {elsewhere === null ? t("openFile") : t("openElsewhere", { host: elsewhere })}{" "}
      <IconExternalLink size={14} aria-hidden />
    </Anchor>
  );
}
