import { Anchor, Badge, Card, Group, SegmentedControl, Select, Stack, Text, Title } from "@mantine/core";
import { type InfiniteData, useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import type { Column } from "@/components/data-table/columns";
import { DataTable } from "@/components/data-table/DataTable";
import { ErrorState } from "@/components/ErrorState";
import { useFormats } from "@/components/useFormats";
import { projectKey, useProjectPath } from "@/pages/project/queries";

type Version = Schemas["DatasetVersion"];
type Entry = Schemas["DiffEntry"];
type Change = Entry["change"];
const CHANGES = ["added", "removed", "changed"] as const;
const COLORS: Readonly<Record<Change, string>> = { added: "teal", removed: "red", changed: "blue" };
const PAGE = 200;
const idOf = (entry: Entry) => entry.item_id;

export interface VersionDiffProps {
  readonly version: Version;
  /** The versions that it can be compared with: ready ones, newest first. */
  readonly others: readonly Version[];
}

/** What is different in a version from another one. */
export function VersionDiff({ version, others }: VersionDiffProps) {
  const { t } = useTranslation("transfers");
  const before = others.find((other) => other.number < version.number) ?? others[0];
  const [chosen, setChosen] = useState<string | null>(null);
  const [only, setOnly] = useState<Change | "all">("all");
  const other = others.find((one) => one.id === chosen) ?? before;
  if (other === undefined)
    return (
      <Text size="sm" c="dimmed">
        {t("versions.diff.noOther")}
      </Text>
    );
  return (
    <Card withBorder padding="md">
      <Stack gap="sm">
        <Group justify="space-between" align="end">
          <Title order={2} size="h5">
            {t("versions.diff.title")}
          </Title>
          <Select
            label={t("versions.diff.with")}
            data={others.map((one) => ({ value: one.id, label: t("exports.form.version", one) }))}
            value={other.id}
            onChange={setChosen}
            allowDeselect={false}
            searchable
            w={280}
          />
        </Group>
        <Differences key={`${other.id} ${only}`} from={other} to={version} only={only} onOnly={setOnly} />
      </Stack>
    </Card>
  );
}

interface DifferencesProps {
  readonly from: Version;
  readonly to: Version;
  readonly only: Change | "all";
  readonly onOnly: (only: Change | "all") => void;
}

function Differences({ from, to, only, onOnly }: DifferencesProps) {
  const { t } = useTranslation("transfers");
  const formats = useFormats();
  const diff = useDiff(from.id, to.id, only);
  const columns = useColumns();
  const rows = useMemo(() => diff.data?.pages.flatMap((page) => page.items) ?? [], [diff.data]);
  const counts = diff.data?.pages[0];
  if (diff.error !== null) return <ErrorState error={diff.error} onRetry={() => diff.refetch()} />;
  const labelOf = (change: Change) =>
    t(`versions.diff.count.${change}`, { value: formats.number(counts?.[change] ?? 0) });
  return (
    <>
      <Group gap="md">
        <SegmentedControl
          size="xs"
          aria-label={t("versions.diff.only")}
          value={only}
          onChange={(value) => onOnly(CHANGES.find((each) => each === value) ?? "all")}
          data={[
            { value: "all", label: t("versions.diff.all") },
            ...CHANGES.map((change) => ({ value: change, label: labelOf(change) })),
          ]}
        />
        {counts !== undefined && (
          <Text size="sm" c="dimmed">
            {t("versions.diff.unchanged", {
              count: counts.unchanged,
              value: formats.number(counts.unchanged),
            })}
          </Text>
        )}
      </Group>
      <DataTable
        label={t("versions.diff.title")}
        columns={columns}
        rows={rows}
        rowId={idOf}
        loading={diff.isPending}
        loadingMore={diff.isFetchingNextPage}
        hasMore={diff.hasNextPage}
        onLoadMore={diff.fetchNextPage}
        maxHeight="50vh"
        empty={
          <Text size="sm" c="dimmed" ta="center" p="md">
            {t("versions.diff.none")}
          </Text>
        }
      />
    </>
  );
}

function useDiff(from: string, to: string, only: Change | "all") {
  const path = useProjectPath();
  return useInfiniteQuery<
    Schemas["Diff"],
    Error,
    InfiniteData<Schemas["Diff"]>,
    readonly string[],
    string | undefined
  >({
    queryKey: [...projectKey(path), "diff", from, to, only],
    staleTime: Number.POSITIVE_INFINITY,
    initialPageParam: undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    queryFn: ({ pageParam, signal }) =>
      got(
        api.GET(
          "/api/v1/tenants/{tenant_id}/projects/{project_id}/dataset-versions/{version_id}/diff/{other_id}",
          {
            params: {
              path: { ...path, version_id: from, other_id: to },
              query: { change: only === "all" ? undefined : only, cursor: pageParam, limit: PAGE },
            },
            signal,
          },
        ),
      ),
  });
}

function useColumns(): readonly Column<Entry>[] {
  const { t } = useTranslation("transfers");
  const { tenant_id: tenantId, project_id: projectId } = useProjectPath();
  return useMemo(
    () => [
      {
        id: "change",
        header: t("versions.diff.change"),
        width: 130,
        cell: (entry) => (
          <Badge variant="light" size="sm" tt="none" color={COLORS[entry.change]} autoContrast>
            {t(`versions.diff.${entry.change}`)}
          </Badge>
        ),
      },
      {
        id: "item",
        header: t("versions.diff.item"),
        width: 320,
        grow: 1,
        cell: (entry) => (
          <Anchor
            size="sm"
            ff="monospace"
            renderRoot={(props) => (
              <Link
                to="/tenants/$tenantId/projects/$projectId/items/$itemId"
                params={{ tenantId, projectId, itemId: entry.item_id }}
                {...props}
              />
            )}
          >
            {entry.item_id}
          </Anchor>
        ),
      },
      {
        id: "before",
        header: t("versions.diff.revisionBefore"),
        width: 150,
        align: "right",
        cell: (entry) => entry.revision_before ?? "–",
      },
      {
        id: "after",
        header: t("versions.diff.revisionAfter"),
        width: 150,
        align: "right",
        cell: (entry) => entry.revision_after ?? "–",
      },
    ],
    [t, tenantId, projectId],
  );
}
