import { Center, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got } from "@/api/client";
import { ErrorState } from "@/components/ErrorState";
import { SignInDialog } from "@/components/SignInDialog";
import { watchActivity } from "@/editor-core/activity";
import { ReviewScreen } from "@/review/ReviewScreen";
import { ReviewWork } from "@/review/review-work";
import { openTab } from "@/workbench/tabs";
import { useLostSession, useMe, useWork, type Work } from "@/workbench/useWork";

/** Judge what the annotators answered, with the whole screen for it. */
export function ReviewPage() {
  const { t } = useTranslation("review");
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
  const [reviews, setReviews] = useState<ReviewWork | null>(null);
  useEffect(() => {
    if (work === null) return;
    let end: (() => void) | null = null;
    let gone = false;
    void openTab(navigator.locks).then((tab) => {
      if (gone) return tab.end();
      const nameOf = (index: number) => t("annotator", { letter: String.fromCharCode(65 + (index % 26)) });
      const made = new ReviewWork({ work, tenant, project, tab, ahead: 1, nameOf });
      const beat = setInterval(() => void made.heartbeat(), (leaseSeconds * 1000) / 3);
      const unwatch = followActivity(made);
      const leave = () => made.end();
      window.addEventListener("pagehide", leave);
      end = () => {
        clearInterval(beat);
        unwatch();
        window.removeEventListener("pagehide", leave);
        made.end();
        tab.end();
      };
      setReviews(made);
      void made.start();
    });
    return () => {
      gone = true;
      setReviews(null);
      end?.();
    };
  }, [work, tenant, project, leaseSeconds, t]);
  return reviews;
}

function followActivity(reviews: ReviewWork): () => void {
  let unwatch = watchActivity(reviews.activity, window);
  const unfollow = reviews.store.subscribe((state, before) => {
    if (state.review === before.review) return;
    unwatch();
    unwatch = watchActivity(reviews.activity, window);
  });
  return () => {
    unwatch();
    unfollow();
  };
}
