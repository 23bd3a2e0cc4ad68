import { Group, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { ErrorState } from "@/components/ErrorState";
import { PageHeader } from "@/components/PageHeader";
import { Section } from "@/components/Section";
import { StatusBadge } from "@/components/StatusBadge";
import { Figures } from "@/pages/operator/health/Figures";
import { readSamples } from "@/pages/operator/health/prometheus";

/** How often the figures are read anew, in milliseconds. */
const AGAIN = 10_000;
const PARTS = ["control_database", "keyring", "disk"] as const;

/** Whether this process can serve, and what it has done since it began. */
export function HealthPage() {
  const { t } = useTranslation("operator");
  const readiness = useQuery({ queryKey: ["readiness"], queryFn: readReadiness, refetchInterval: AGAIN });
  const metrics = useQuery({
    queryKey: ["metrics"],
    queryFn: async () => readSamples(await got(api.GET("/metrics", { parseAs: "text" }))),
    refetchInterval: AGAIN,
  });
  return (
    <>
      <PageHeader title={t("health.title")} description={t("health.explained")} />
      <Stack>
        {readiness.error !== null && (
          <ErrorState error={readiness.error} onRetry={() => void readiness.refetch()} />
        )}
        {readiness.data === undefined ? <Skeleton h={96} /> : <Parts found={readiness.data} />}
        {metrics.error !== null && (
          <ErrorState error={metrics.error} onRetry={() => void metrics.refetch()} />
        )}
        {metrics.data === undefined ? <Skeleton h={240} /> : <Figures samples={metrics.data} />}
      </Stack>
    </>
  );
}

/** The same answer comes with 503 while a part is missing, which is no failure of asking. */
async function readReadiness(): Promise<Schemas["Readiness"]> {
  const answer = await fetch("/readyz");
  if (!answer.ok && answer.status !== 503) throw new Error(answer.statusText);
  return (await answer.json()) as Schemas["Readiness"];
}

function Parts({ found }: { found: Schemas["Readiness"] }) {
  const { t } = useTranslation("operator");
  return (
    <Section
      title={found.ready ? t("health.ready") : t("health.notReady")}
      actions={<StatusBadge state={found.ready ? "ready" : "failed"} size="md" />}
    >
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        {PARTS.map((part) => (
          <Stack key={part} gap={4}>
            <Group gap="xs">
              <Text size="sm" fw={600}>
                {t(`health.part.${part}`)}
              </Text>
              <StatusBadge state={found[part] === "ok" ? "ok" : "failed"} />
            </Group>
            <Text size="sm" c="dimmed">
              {t(`health.${part}.${found[part]}`)}
            </Text>
          </Stack>
        ))}
      </SimpleGrid>
    </Section>
  );
}
