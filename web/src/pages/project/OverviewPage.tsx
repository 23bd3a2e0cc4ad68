import { Card, Grid, Loader, SimpleGrid, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { ErrorState } from "@/components/ErrorState";
import { PageHeader } from "@/components/PageHeader";
import { Duration, Percent } from "@/components/Quantities";
import { RelativeTime } from "@/components/RelativeTime";
import { StatCard } from "@/components/StatCard";
import { useFormats } from "@/components/useFormats";
import { Obstacles } from "./overview/Obstacles";
import { TaskStates } from "./overview/TaskStates";
import { figuresQuery, useProjectPath } from "./queries";

/** How far the project is, how fast it goes, how good it looks, and what holds it up. */
export function OverviewPage() {
  const { t } = useTranslation("project");
  const figures = useQuery(figuresQuery(useProjectPath()));
  return (
    <>
      <PageHeader title={t("tab.overview")} />
      {figures.error !== null && <ErrorState error={figures.error} onRetry={() => figures.refetch()} />}
      {figures.isPending && <Loader aria-label={t("loading")} />}
      {figures.data !== undefined && <Overview figures={figures.data} />}
    </>
  );
}

function Overview({ figures }: { figures: Schemas["Figures"] }) {
  return (
    <Stack gap="md">
      {figures.project !== null && (
        <>
          <TaskStates tasks={figures.project.tasks} />
          <Obstacles figures={figures.project} />
          <Quality figures={figures.project} />
        </>
      )}
      <Annotators rows={figures.annotators} own={figures.project === null} />
    </Stack>
  );
}

function Quality({ figures }: { figures: Schemas["ProjectFigures"] }) {
  const { t } = useTranslation("project");
  const formats = useFormats();
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm">
      <StatCard
        label={t("figure.lastHour")}
        value={formats.number(figures.throughput.last_hour)}
        detail={t("figure.lastDay", { value: formats.number(figures.throughput.last_day) })}
      />
      <StatCard
        label={t("figure.median")}
        value={<Duration milliseconds={figures.median_ms_per_task} />}
        detail={t("figure.worked", { value: formats.duration(figures.active_ms) })}
      />
      <StatCard
        label={t("figure.agreement")}
        value={<Percent share={figures.agreement.mean} />}
        detail={t("figure.overTasks", {
          count: figures.agreement.tasks,
          value: formats.number(figures.agreement.tasks),
        })}
      />
      <StatCard
        label={t("figure.gold")}
        value={<Percent share={figures.gold.mean} />}
        detail={t("figure.overAnswers", {
          count: figures.gold.answers,
          value: formats.number(figures.gold.answers),
        })}
      />
      <StatCard
        label={t("figure.remaining")}
        value={formats.number(figures.remaining_annotations)}
        detail={t("figure.made", { value: formats.number(figures.annotations) })}
      />
      <StatCard
        label={t("figure.finished")}
        value={figures.finished_at === null ? "–" : formats.date(figures.finished_at)}
        detail={figures.finished_at === null ? t("figure.noRate") : <RelativeTime at={figures.finished_at} />}
      />
    </SimpleGrid>
  );
}

function Annotators({ rows, own }: { rows: Schemas["AnnotatorFigures"][]; own: boolean }) {
  const { t } = useTranslation("project");
  const formats = useFormats();
  return (
    <Grid>
      <Grid.Col span={12}>
        <Card withBorder padding="sm">
          <Title order={2} size="h5" mb="xs">
            {own ? t("annotators.own") : t("annotators.title")}
          </Title>
          {rows.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t("annotators.none")}
            </Text>
          ) : (
            <Table.ScrollContainer minWidth={640}>
              <Table verticalSpacing={6} highlightOnHover>
                <Table.Thead>
                  <Table.Tr>
                    {["who", "stage", "submitted", "skipped", "perTask", "gold", "last"].map((name) => (
                      <Table.Th key={name}>{t(`annotators.${name}`)}</Table.Th>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {rows.map((row) => (
                    <Table.Tr key={`${row.annotator} ${row.stage}`}>
                      <Table.Td ff="monospace">{row.annotator.slice(-12)}</Table.Td>
                      <Table.Td>{t(`stage.${row.stage}`)}</Table.Td>
                      <Table.Td>{formats.number(row.submitted)}</Table.Td>
                      <Table.Td>{formats.number(row.skipped)}</Table.Td>
                      <Table.Td>
                        <Duration milliseconds={row.submitted === 0 ? null : row.active_ms / row.submitted} />
                      </Table.Td>
                      <Table.Td>
                        <Percent share={row.gold?.mean} />
                      </Table.Td>
                      <Table.Td>
                        <RelativeTime at={row.last_at} />
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )}
        </Card>
      </Grid.Col>
    </Grid>
  );
}
