import { Anchor, Badge, Button, Card, Group, Kbd, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { IconInbox } from "@tabler/icons-react";
import { useQueries, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { mayAnnotate, mayReview } from "@/app/permissions";
import { type Membership, meQuery } from "@/app/session";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { PageHeader } from "@/components/PageHeader";

interface Work {
  membership: Membership;
  project: Schemas["Project"];
}

const MOST_PROJECTS = 100;
const NUMBERED = 9;

/** The active projects that one can work on, over all tenants. */
export function HomePage() {
  const { t } = useTranslation("home");
  const { work, loading, errors, retry } = useWork();
  useStartKeys(work);
  return (
    <>
      <PageHeader title={t("title")} description={work.length > 0 ? t("description") : undefined} />
      <Stack>
        {errors.map((error) => (
          <ErrorState key={String(error)} error={error} onRetry={retry} />
        ))}
        {loading && <Skeleton h={96} />}
        <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }} spacing="sm">
          {work.map((each, place) => (
            <WorkCard key={each.project.id} work={each} number={place < NUMBERED ? place + 1 : undefined} />
          ))}
        </SimpleGrid>
        {!loading && errors.length === 0 && work.length === 0 && (
          <EmptyState icon={IconInbox} title={t("empty")} description={t("emptyAdvice")} />
        )}
      </Stack>
    </>
  );
}

function WorkCard({ work: { membership, project }, number }: { work: Work; number: number | undefined }) {
  const { t } = useTranslation("home");
  const params = { tenantId: membership.tenant_id, projectId: project.id };
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" wrap="nowrap" align="start">
        <Stack gap={2} miw={0}>
          <Anchor
            fw={600}
            truncate
            renderRoot={(props) => (
              <Link to="/tenants/$tenantId/projects/$projectId" params={params} {...props} />
            )}
          >
            {project.name}
          </Anchor>
          <Text size="xs" c="dimmed" truncate>
            {membership.tenant_name}
          </Text>
        </Stack>
        <Badge variant="default" tt="none">
          {membership.role}
        </Badge>
      </Group>
      <Group gap="xs" mt="sm">
        {mayAnnotate(membership) && (
          <Button
            size="xs"
            rightSection={number !== undefined && <Kbd size="xs">{number}</Kbd>}
            renderRoot={(props) => (
              <Link to="/tenants/$tenantId/projects/$projectId/annotate" params={params} {...props} />
            )}
          >
            {t("annotate")}
          </Button>
        )}
        {mayReview(membership) && (
          <Button
            size="xs"
            variant="default"
            renderRoot={(props) => (
              <Link to="/tenants/$tenantId/projects/$projectId/review" params={params} {...props} />
            )}
          >
            {t("review")}
          </Button>
        )}
      </Group>
    </Card>
  );
}

function useWork() {
  const { data: me } = useQuery(meQuery);
  const memberships = me?.memberships ?? [];
  const lists = useQueries({
    queries: memberships.map(({ tenant_id }) => ({
      queryKey: ["home-projects", tenant_id],
      queryFn: () =>
        got(
          api.GET("/api/v1/tenants/{tenant_id}/projects", {
            params: { path: { tenant_id }, query: { limit: MOST_PROJECTS } },
          }),
        ),
    })),
  });
  const work = memberships.flatMap((membership, place) =>
    (lists[place]?.data?.items ?? [])
      .filter((project) => project.state === "active")
      .map((project): Work => ({ membership, project })),
  );
  return {
    work,
    loading: lists.some((list) => list.isPending),
    errors: lists.flatMap((list) => (list.error === null ? [] : [list.error])),
    retry: () => {
      for (const list of lists) void list.refetch();
    },
  };
}

/** 1 to 9 start a project, Enter the first; not while something else has the focus. */
function useStartKeys(work: readonly Work[]): void {
  const navigate = useNavigate();
  useEffect(() => {
    const start = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const focused = document.activeElement;
      if (focused !== null && focused !== document.body && focused.tagName !== "H1") return;
      const place = event.key === "Enter" ? 0 : /^[1-9]$/.test(event.key) ? Number(event.key) - 1 : -1;
      const chosen = work[place];
      if (chosen === undefined || !mayAnnotate(chosen.membership)) return;
      event.preventDefault();
      void navigate({
        to: "/tenants/$tenantId/projects/$projectId/annotate",
        params: { tenantId: chosen.membership.tenant_id, projectId: chosen.project.id },
      });
    };
    document.addEventListener("keydown", start);
    return () => document.removeEventListener("keydown", start);
  }, [work, navigate]);
}
