import { Center, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { ErrorState } from "@/components/ErrorState";
import { SignInDialog } from "@/components/SignInDialog";
import { watchActivity } from "@/editor-core/activity";
import { WorkbenchSession } from "@/workbench/session";
import { openTab } from "@/workbench/tabs";
import { useLostSession, useMe, useWork, type Work } from "@/workbench/useWork";
import { WorkbenchScreen } from "@/workbench/WorkbenchScreen";

/** Tasks of this tab besides the open one. */
const AHEAD = 2;

/** Label one task after the other, with the whole screen for it. */
export function WorkbenchPage() {
  const { t } = useTranslation("workbench");
  const { tenantId = "", projectId = "" } = useParams({ strict: false });
  const me = useMe();
  const project = useQuery({
    queryKey: ["project", tenantId, projectId],
    queryFn: () =>
      got(
        api.GET("/api/v1/tenants/{tenant_id}/projects/{project_id}", {
          params: { path: { tenant_id: tenantId, project_id: projectId } },
        }),
      ),
  });
  const work = useWork(me.data, tenantId);
  const session = useSession(work, tenantId, project.data);
  const { lost, found } = useLostSession();
  const signedIn = async () => {
    const now = await me.refetch();
    await project.refetch();
    found();
    if (work === null || now.data?.id !== work.me.id) return;
    work.outbox.flush();
    await session?.again();
  };
  const error = me.error ?? project.error;
  return (
    <>
      {work !== null && session !== null && project.data !== undefined ? (
        <WorkbenchScreen work={work} session={session} tenant={tenantId} project={project.data} />
      ) : (
        <Center h="100dvh">
          {error === null ? <Loader aria-label={t("loading")} /> : <ErrorState error={error} />}
        </Center>
      )}
      <SignInDialog opened={lost} email={work?.me.email ?? ""} onSignedIn={() => void signedIn()} />
    </>
  );
}

function useSession(work: Work | null, tenant: string, project: Schemas["Project"] | undefined) {
  const [session, setSession] = useState<WorkbenchSession | null>(null);
  const id = project?.id;
  const most = project?.workflow.leases_ahead ?? 1;
  const seconds = project?.workflow.lease_seconds ?? 1800;
  useEffect(() => {
    if (work === null || id === undefined) return;
    let end: (() => void) | null = null;
    let gone = false;
    void openTab(navigator.locks).then((tab) => {
      if (gone) return tab.end();
      const made = new WorkbenchSession({
        ...work,
        tenant,
        project: id,
        tab,
        ahead: Math.max(0, Math.min(AHEAD, most - 1)),
      });
      const ends = [followWindow(made, seconds), () => made.end(), () => tab.end()];
      end = () => {
        for (const each of ends) each();
      };
      setSession(made);
      void made.start();
    });
    return () => {
      gone = true;
      setSession(null);
      end?.();
    };
  }, [work, tenant, id, most, seconds]);
  return session;
}

/** Heartbeats, presence, and what is done when the page is hidden or goes away. */
function followWindow(session: WorkbenchSession, leaseSeconds: number): () => void {
  const beat = setInterval(() => void session.heartbeat(), (leaseSeconds * 1000) / 3);
  let unwatch = watchActivity(session.activity, window);
  const unfollow = session.store.subscribe((state, before) => {
    if (state.task === before.task) return;
    unwatch();
    unwatch = watchActivity(session.activity, window);
  });
  const hidden = () => {
    if (document.visibilityState === "hidden") session.saveDraft();
  };
  const leave = () => session.end();
  document.addEventListener("visibilitychange", hidden);
  window.addEventListener("pagehide", leave);
  return () => {
    clearInterval(beat);
    unwatch();
    unfollow();
    document.removeEventListener("visibilitychange", hidden);
    window.removeEventListener("pagehide", leave);
  };
}
