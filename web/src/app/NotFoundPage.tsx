import { Button, Center } from "@mantine/core";
import { IconMapQuestion } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/components/EmptyState";

/** There is nothing at this address. */
export function NotFoundPage() {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${t("error.notFound")} · Assay`;
  }, [t]);
  return (
    <Center component="main" mih="80vh">
      <EmptyState
        icon={IconMapQuestion}
        title={t("error.notFound")}
        level={1}
        description={t("error.notFoundAdvice")}
        action={<Button renderRoot={(props) => <Link to="/" {...props} />}>{t("shell.home")}</Button>}
      />
    </Center>
  );
}
