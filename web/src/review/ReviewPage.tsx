import { Center, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/ErrorState";
import { SignInDialog } from "@/components/SignInDialog";
import { projectQuery } from "@/pages/project/queries";
import { ReviewScreen } from "@/review/ReviewScreen";
import { ReviewWork } from "@/review/review-work";
import type { OpenTab } from "@/workbench/tabs";
import { useProjectSession } from "@/workbench/useProjectSession";
import { useLostSession, useMe, useWork, type Work } from "@/workbench/useWork";

/** Judge what the annotators answered, with the whole screen for it. */
export function ReviewPage() {
  const { t } = useTranslation("review");
  const { tenantId = "", projectId = "" } = useParams({ strict: false });
  const me = useMe();
  const project = useQuery(projectQuery({ tenant_id: tenantId, project_id: projectId }));
  const work = useWork(me.data, tenantId);
  const reviews = useReviews(work, tenantId, projectId, project.data?.workflow.lease_seconds ?? 1800);
  const { lost, found } = useLostSession();
  const error = me.error ?? project.error;
  return (
    <>
      {work !== null && reviews !== null && project.data !== undefined ? (
        <ReviewScreen work={work} reviews={reviews} tenant={tenantId} project={project.data} />
      ) : (
        <Center h="100dvh">
          {error === null ? <Loader aria-label={t("title")} /> : <ErrorState error={error} />}
        </Center>
      )}
      <SignInDialog
        opened={lost}
        email={me.data?.email ?? ""}
        onSignedIn={() => {
          found();
          work?.outbox.flush();
          void me.refetch();
        }}
      />
    </>
  );
}

/** The queue of reviews, as long as the page is open. */
function useReviews(work: Work | null, tenant: string, project: string, leaseSeconds: number) {
  const { t } = useTranslation("review");
  const make = useMemo(() => {
    if (work === null) return null;
    const nameOf = (index: number) => t("annotator", { letter: String.fromCharCode(65 + (index % 26)) });
    return (tab: OpenTab) => new ReviewWork({ work, tenant, project, tab, ahead: 1, nameOf });
  }, [work, tenant, project, t]);
  return useProjectSession(make, leaseSeconds);
}
