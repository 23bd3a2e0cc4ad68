import { Anchor, AppShell, Burger, Center, Group, Loader, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useParams, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { onLostSession } from "@/api/client";
import { ApiProblem } from "@/api/problem";
import { AccountMenu } from "@/app/AccountMenu";
import { Navigation } from "@/app/Navigation";
import { expectPage } from "@/app/page-focus";
import classes from "@/app/Shell.module.css";
import { meQuery } from "@/app/session";
import { ErrorState } from "@/components/ErrorState";
import { SignInDialog } from "@/components/SignInDialog";

/** Header and navigation around a page, for who is signed in; others are asked to sign in. */
export function Shell() {
  const { t } = useTranslation();
  const me = useQuery(meQuery);
  const [opened, drawer] = useDisclosure(false);
  const { tenantId } = useParams({ strict: false });
  const tenant = me.data?.memberships.find((each) => each.tenant_id === tenantId);
  const { close } = drawer;
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe("onBeforeLoad", ({ pathChanged }) => {
        if (!pathChanged) return;
        expectPage();
        close();
      }),
    [router, close],
  );
  if (me.data === undefined) {
    if (me.error instanceof ApiProblem && me.error.status === 401) return <ToSignIn />;
    return (
      <Center mih="100vh">
        {me.isError ? (
          <ErrorState error={me.error} onRetry={() => void me.refetch()} />
        ) : (
          <Loader aria-label={t("loading")} />
        )}
      </Center>
    );
  }
  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 208, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding="md"
    >
      <a href="#content" className={classes.skip}>
        {t("shell.skip")}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={drawer.toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={t("shell.menu")}
            />
            <Anchor underline="never" c="inherit" fw={600} renderRoot={(props) => <Link to="/" {...props} />}>
              <Group gap={8} wrap="nowrap">
                <img src="/mark.svg" alt="" width={22} height={22} />
                {t("productName")}
              </Group>
            </Anchor>
            {tenant !== undefined && (
              <Text size="sm" c="dimmed" truncate>
                {tenant.tenant_name}
              </Text>
            )}
          </Group>
          <AccountMenu me={me.data} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t("shell.menu")}>
        <Navigation me={me.data} tenant={tenant} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
      <LostSession email={me.data.email ?? ""} />
    </AppShell>
  );
}

/** The address is read once: it changes while the way to the sign-in page is still under way. */
function ToSignIn() {
  const navigate = useNavigate();
  const router = useRouter();
  const [next] = useState(() => router.latestLocation.href);
  useEffect(() => {
    void navigate({ to: "/sign-in", search: { next }, replace: true });
  }, [navigate, next]);
  return null;
}

function LostSession({ email }: { email: string }) {
  const client = useQueryClient();
  const [lost, setLost] = useState(false);
  useEffect(() => onLostSession(() => setLost(true)), []);
  const goOn = () => {
    setLost(false);
    void client.invalidateQueries();
  };
  return <SignInDialog opened={lost} email={email} onSignedIn={goOn} />;
}
