import { AppShell, Center, Loader } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Outlet, useNavigate, useParams, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { onLostSession } from "@/api/client";
import { ApiProblem } from "@/api/problem";
import { Header } from "@/app/Header";
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
  useNavigations(drawer.close);
  if (me.data === undefined) return <Waiting error={me.error} onRetry={() => void me.refetch()} />;
  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 208, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding="md"
    >
      <a href="#content" className={classes.skip}>
        {t("shell.skip")}
      </a>
      <Header me={me.data} tenant={tenant} opened={opened} onToggle={drawer.toggle} />
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

/** What every navigation to another page does: focus its heading, close the navigation. */
function useNavigations(close: () => void): void {
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
}

/** Until it is known who is signed in; who is not is sent to sign in. */
function Waiting({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation();
  if (error instanceof ApiProblem && error.status === 401) return <ToSignIn />;
  return (
    <Center component="main" mih="100vh">
      {error === null ? <Loader aria-label={t("loading")} /> : <ErrorState error={error} onRetry={onRetry} />}
    </Center>
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
