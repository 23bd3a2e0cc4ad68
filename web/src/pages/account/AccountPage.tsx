import { Alert, SimpleGrid, Stack } from "@mantine/core";
import { IconLockOpen } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { meQuery } from "@/app/session";
import { ErrorState } from "@/components/ErrorState";
import { PageHeader } from "@/components/PageHeader";
import { Appearance } from "@/pages/account/Appearance";
import { Memberships } from "@/pages/account/Memberships";
import { OwnSessions } from "@/pages/account/OwnSessions";
import { PasswordForm } from "@/pages/account/PasswordForm";
import { ProfileForm } from "@/pages/account/ProfileForm";
import { isFresh, ownSessionsQuery } from "@/pages/account/sessions";

/** One's own account. Who comes by a one-time link is asked for a password first. */
export function AccountPage() {
  const { t } = useTranslation("account");
  const { first = false } = useSearch({ from: "/shell/account" });
  const navigate = useNavigate();
  const { data: me } = useQuery(meQuery);
  const sessions = useQuery(ownSessionsQuery);
  if (me === undefined) return null;
  const password = (
    <PasswordForm
      email={me.email ?? ""}
      fresh={isFresh(sessions.data ?? [], Date.now())}
      first={first}
      onChanged={() => {
        if (first) void navigate({ to: "/" });
        else void sessions.refetch();
      }}
    />
  );
  return (
    <>
      <PageHeader title={t("title")} description={me.email} />
      <Stack maw="64rem">
        {first && (
          <Alert icon={<IconLockOpen size={18} />} title={t("first.title")}>
            {t("first.explained")}
          </Alert>
        )}
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          {first && password}
          <ProfileForm me={me} />
          {!first && password}
        </SimpleGrid>
        {sessions.error !== null && (
          <ErrorState error={sessions.error} onRetry={() => void sessions.refetch()} />
        )}
        <OwnSessions sessions={sessions.data} />
        <Appearance />
        {me.memberships.length > 0 && <Memberships memberships={me.memberships} />}
      </Stack>
    </>
  );
}
