import { Button, SimpleGrid, Skeleton, Stack } from "@mantine/core";
import { IconInbox, IconWorld } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { mayCreateProject } from "@/app/permissions";
import { type Me, meQuery } from "@/app/session";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { PageHeader } from "@/components/PageHeader";
import { StatCard } from "@/components/StatCard";
import { FirstSteps } from "@/pages/home/FirstSteps";
import { useCounted } from "@/pages/home/useCounted";
import { useStartKeys } from "@/pages/home/useStartKeys";
import { WorkCard } from "@/pages/home/WorkCard";
import { useWork, type Work } from "@/pages/home/work";

const NUMBERED = 9;

/** What one has to do, over all tenants, and what one has done today. */
export function HomePage() {
  const { t } = useTranslation("home");
  const { data: me } = useQuery(meQuery);
  const { work, loading, errors, retry } = useWork();
  useStartKeys(work);
  const none = !loading && errors.length === 0 && work.length === 0;
  return (
    <>
      <PageHeader title={t("title")} description={work.length > 0 ? t("description") : undefined} />
      <Stack>
        {errors.map((error) => (
          <ErrorState key={String(error)} error={error} onRetry={retry} />
        ))}
        {loading && <Skeleton h={96} />}
        {!loading && work.length > 0 && <Totals work={work} />}
        {!loading && (
          <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }} spacing="sm">
            {work.map((each, place) => (
              <WorkCard key={each.project.id} work={each} number={place < NUMBERED ? place + 1 : undefined} />
            ))}
          </SimpleGrid>
        )}
        {none && me !== undefined && <Nothing me={me} />}
      </Stack>
    </>
  );
}

/** The same over all projects; a count that stopped makes its sum one that stopped. */
function Totals({ work }: { work: readonly Work[] }) {
  const { t } = useTranslation("home");
  const counted = useCounted();
  const sum = (count: (each: Work) => number) => counted(work.reduce((all, each) => all + count(each), 0));
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
      <StatCard label={t("total.submitted")} value={sum((each) => each.submitted)} />
      <StatCard label={t("total.sentBack")} value={sum((each) => each.sentBack)} />
      <StatCard label={t("total.toAnnotate")} value={sum((each) => each.toAnnotate)} />
      <StatCard label={t("total.toReview")} value={sum((each) => each.toReview)} />
    </SimpleGrid>
  );
}

function Nothing({ me }: { me: Me }) {
  const { t } = useTranslation("home");
  const maker = me.memberships.find(mayCreateProject);
  if (maker !== undefined) return <FirstSteps tenantId={maker.tenant_id} />;
  if (me.operator)
    return (
      <EmptyState
        icon={IconWorld}
        title={t("operator.title")}
        description={t("operator.explained")}
        action={
          <Button renderRoot={(props) => <Link to="/operator/tenants" {...props} />}>
            {t("operator.act")}
          </Button>
        }
      />
    );
  return <EmptyState icon={IconInbox} title={t("empty")} description={t("emptyAdvice")} />;
}
