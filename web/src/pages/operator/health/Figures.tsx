import { SimpleGrid, Stack, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Section } from "@/components/Section";
import { StatCard } from "@/components/StatCard";
import { useFormats } from "@/components/useFormats";
import { type Sample, sumOf, sumsBy } from "@/pages/operator/health/prometheus";

const MOST_ROUTES = 20;

/** What the process has done since it began. */
export function Figures({ samples }: { samples: readonly Sample[] }) {
  const { t } = useTranslation("operator");
  const formats = useFormats();
  const begun = sumOf(samples, "process_start_time_seconds");
  const failed = sumOf(samples, "assay_http_requests_total", ({ status = "" }) => status.startsWith("5"));
  const figures = [
    ["running", begun === 0 ? "–" : formats.duration(Date.now() - 1000 * begun)],
    ["memory", formats.bytes(sumOf(samples, "process_resident_memory_bytes"))],
    ["processor", formats.duration(1000 * sumOf(samples, "process_cpu_seconds_total"))],
    ["cells", formats.number(sumOf(samples, "assay_cells_running"))],
    ["requests", formats.number(sumOf(samples, "assay_http_requests_total"))],
    ["serverErrors", formats.number(failed)],
    ["leases", formats.number(sumOf(samples, "assay_leases_total"))],
    ["submits", formats.number(sumOf(samples, "assay_submits_total"))],
    ["jobs", formats.number(sumOf(samples, "assay_jobs_total"))],
    ["dutyFailures", formats.number(sumOf(samples, "assay_duty_failures_total"))],
  ] as const;
  return (
    <Stack>
      <SimpleGrid cols={{ base: 2, md: 5 }} spacing="sm">
        {figures.map(([name, value]) => (
          <StatCard key={name} label={t(`health.figure.${name}`)} value={value} />
        ))}
      </SimpleGrid>
      <Routes samples={samples} />
    </Stack>
  );
}

/** Where the requests went, and how long each took on average. */
function Routes({ samples }: { samples: readonly Sample[] }) {
  const { t } = useTranslation("operator");
  const formats = useFormats();
  const seconds = new Map(sumsBy(samples, "assay_http_request_seconds_sum", "route"));
  const counts = sumsBy(samples, "assay_http_request_seconds_count", "route").slice(0, MOST_ROUTES);
  return (
    <Section title={t("health.routes")} description={t("health.routesExplained", { count: MOST_ROUTES })}>
      <Table.ScrollContainer minWidth={560} type="native">
        <Table verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("health.route")}</Table.Th>
              <Table.Th ta="right">{t("health.figure.requests")}</Table.Th>
              <Table.Th ta="right">{t("health.mean")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {counts.map(([route, count]) => (
              <Table.Tr key={route}>
                <Table.Td ff="monospace" fz="xs">
                  {route}
                </Table.Td>
                <Table.Td ta="right">{formats.number(count)}</Table.Td>
                <Table.Td ta="right">
                  {formats.milliseconds((1000 * (seconds.get(route) ?? 0)) / Math.max(1, count))}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}
