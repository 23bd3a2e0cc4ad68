import { Center, Paper, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { safeNext } from "@/app/session";
import { SignInForm } from "@/components/SignInForm";

export function SignInPage() {
  const { t } = useTranslation();
  const { next } = useSearch({ from: "/sign-in" });
  const client = useQueryClient();
  const router = useRouter();
  useEffect(() => {
    document.title = `${t("signIn.title")} · Assay`;
  }, [t]);
  const goOn = () => {
    client.clear();
    router.history.push(safeNext(next));
  };
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" w="100%" maw={380}>
        <img src="/mark.svg" alt="" width={36} height={36} />
        <Title order={1} size="h3" mb="md">
          {t("signIn.title")}
        </Title>
        <SignInForm onSignedIn={goOn} />
      </Paper>
    </Center>
  );
}
