import { Button } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { tenantPages } from "@/app/permissions";
import { useMembership } from "@/app/session";
import { DataTable } from "@/components/data-table/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { PageHeader } from "@/components/PageHeader";
import { Forbidden } from "@/pages/project/Forbidden";
import { usePersonColumns } from "@/pages/project/people/person-columns";
import { type PersonRow, personRows } from "@/pages/project/people/person-rows";
import { figuresQuery, membersQuery, usePermissions, useProjectPath } from "@/pages/project/queries";

const ROW_HEIGHT = 46;
const idOf = (row: PersonRow) => row.pseudonym;

/** Who can work in the project, and what each of them did. */
export function PeoplePage() {
  const { t } = useTranslation("project");
  const path = useProjectPath();
  const may = usePermissions(path);
  const members = useQuery({ ...membersQuery(path), enabled: may.produce });
  const figures = useQuery(figuresQuery(path));
  const columns = usePersonColumns();
  const rows = useMemo(
    () => personRows(members.data ?? [], figures.data?.annotators ?? []),
    [members.data, figures.data],
  );
  if (may.role !== undefined && !may.produce) return <Forbidden title={t("tab.people")} />;
  const error = members.error ?? figures.error;
  const retry = () => Promise.all([members.refetch(), figures.refetch()]);
  return (
    <>
      <PageHeader title={t("tab.people")} description={t("people.description")} actions={<ManageMembers />} />
      {error !== null && <ErrorState error={error} onRetry={retry} />}
      <DataTable
        label={t("tab.people")}
        columns={columns}
        rows={rows}
        rowId={idOf}
        rowHeight={ROW_HEIGHT}
        loading={members.isPending && members.error === null}
        empty={<EmptyState icon={IconUsers} title={t("people.none")} description={t("people.noneAdvice")} />}
      />
    </>
  );
}

function ManageMembers() {
  const { t } = useTranslation("project");
  const { tenant_id: tenantId } = useProjectPath();
  const membership = useMembership(tenantId);
  if (membership === undefined || !tenantPages(membership).includes("members")) return null;
  return (
    <Button
      size="sm"
      variant="default"
      renderRoot={(props) => <Link to="/tenants/$tenantId/members" params={{ tenantId }} {...props} />}
    >
      {t("people.manage")}
    </Button>
  );
}
