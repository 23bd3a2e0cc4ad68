import { Button, Center, Paper, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, got } from "@/api/client";
import { ErrorState } from "@/components/ErrorState";

/** A link works once, so it is used by a button: what looks ahead at links does not use it up. */
export function SignInLinkPage() {
  const { t } = useTranslation();
  const { token } = useParams({ from: "/sign-in/$token" });
  const client = useQueryClient();
  const navigate = useNavigate();
  const use = useMutation({
    mutationFn: () => got(api.POST("/api/v1/sessions/link", { body: { token } })),
    onSuccess: () => {
      client.clear();
      return navigate({ to: "/account", search: { first: true }, replace: true });
    },
  });
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" w="100%" maw={380}>
        <Stack>
          <Title order={1} size="h3">
            {t("signIn.linkTitle")}
          </Title>
          <Text size="sm">{t("signIn.linkExplained")}</Text>
          {use.isError && <ErrorState error={use.error} />}
          <Button loading={use.isPending} onClick={() => use.mutate()}>
            {t("signIn.submit")}
          </Button>
        </Stack>
      </Paper>
    </Center>
  );
}
