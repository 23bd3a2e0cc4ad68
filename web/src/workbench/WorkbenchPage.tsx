import { Center, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { ErrorState } from "@/components/ErrorState";
import { SignInDialog } from "@/components/SignInDialog";
import { projectQuery } from "@/pages/project/queries";
import { WorkbenchSession } from "@/workbench/session";
import type { OpenTab } from "@/workbench/tabs";
import { useProjectSession } from "@/workbench/useProjectSession";
import { useLostSession, useMe, useWork, type Work } from "@/workbench/useWork";
import { WorkbenchScreen } from "@/workbench/WorkbenchScreen";

/** Tasks of this tab besides the open one. */
const AHEAD = 2;

/** Label one task after the other, with the whole screen for it. */
export function WorkbenchPage() {
  const { t } = useTranslation("workbench");
  const { tenantId = "", projectId = "" } = useParams({ strict: false });
  const me = useMe();
  const project = useQuery(projectQuery({ tenant_id: tenantId, project_id: projectId }));
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
  const id = project?.id;
  const most = project?.workflow.leases_ahead ?? 1;
  const make = useMemo(() => {
    if (work === null || id === undefined) return null;
    const ahead = Math.max(0, Math.min(AHEAD, most - 1));
    return (tab: OpenTab) => new WorkbenchSession({ ...work, tenant, project: id, tab, ahead });
  }, [work, tenant, id, most]);
  return useProjectSession(make, project?.workflow.lease_seconds ?? 1800);
}
