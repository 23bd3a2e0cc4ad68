import { Button, Center, Group, Stack, Title } from "@mantine/core";
import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/ErrorState";

/** A page broke. Loading it anew also fetches what a newer version has replaced. */
export function FailedPage({ error }: ErrorComponentProps) {
  const { t } = useTranslation();
  return (
    <Center component="main" mih="80vh" p="md">
      <Stack maw="34rem" w="100%">
        <Title order={1} size="h3">
          {t("error.pageFailed")}
        </Title>
        <ErrorState error={error} />
        <Group gap="xs">
          <Button onClick={() => location.reload()}>{t("error.reload")}</Button>
          <Button variant="default" renderRoot={(props) => <Link to="/" reloadDocument {...props} />}>
            {t("shell.home")}
          </Button>
        </Group>
      </Stack>
    </Center>
  );
}
