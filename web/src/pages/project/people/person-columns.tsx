import { Badge, Code, Text } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Column } from "@/components/data-table/columns";
import { Duration, Percent } from "@/components/Quantities";
import { RelativeTime } from "@/components/RelativeTime";
import { useFormats } from "@/components/useFormats";
import type { PersonRow } from "@/pages/project/people/person-rows";

const DIGITS_SHOWN = 12;

/** The columns of the people of a project. */
export function usePersonColumns(): readonly Column<PersonRow>[] {
  const { t } = useTranslation("project");
  const formats = useFormats();
  return useMemo(() => {
    const count = (value: number | undefined) => (value === undefined ? "–" : formats.number(value));
    const right = { align: "right" } as const;
    return [
      { id: "who", header: t("people.who"), width: 230, grow: 2, cell: (row) => <Who row={row} /> },
      {
        id: "role",
        header: t("people.role"),
        width: 110,
        cell: ({ member }) =>
          member && (
            <Badge variant="default" size="sm" tt="none">
              {t(`people.roles.${member.role}`)}
            </Badge>
          ),
      },
      {
        id: "pseudonym",
        header: t("annotators.who"),
        width: 140,
        cell: ({ pseudonym }) => <Code title={pseudonym}>{pseudonym.slice(-DIGITS_SHOWN)}</Code>,
      },
      {
        ...right,
        id: "submitted",
        header: t("annotators.submitted"),
        width: 110,
        cell: ({ annotated }) => count(annotated?.submitted),
      },
      {
        ...right,
        id: "skipped",
        header: t("annotators.skipped"),
        width: 100,
        cell: ({ annotated }) => count(annotated?.skipped),
      },
      {
        ...right,
        id: "perTask",
        header: t("annotators.perTask"),
        width: 120,
        cell: ({ annotated }) => <Duration milliseconds={perTask(annotated)} />,
      },
      {
        ...right,
        id: "gold",
        header: t("annotators.gold"),
        width: 120,
        cell: ({ annotated }) => <Percent share={annotated?.gold?.mean} />,
      },
      {
        ...right,
        id: "reviewed",
        header: t("people.reviewed"),
        width: 100,
        cell: ({ reviewed }) => count(reviewed?.submitted),
      },
      {
        id: "last",
        header: t("annotators.last"),
        width: 120,
        cell: ({ lastAt }) => (lastAt === undefined ? "–" : <RelativeTime at={lastAt} />),
      },
    ] satisfies Column<PersonRow>[];
  }, [t, formats]);
}

function perTask(figures: PersonRow["annotated"]): number | null {
  return figures === undefined || figures.submitted === 0 ? null : figures.active_ms / figures.submitted;
}

function Who({ row: { member } }: { row: PersonRow }) {
  const { t } = useTranslation("project");
  if (member === undefined)
    return (
      <Text size="sm" c="dimmed">
        {t("people.former")}
      </Text>
    );
  const isNamed = member.display_name !== "" && member.display_name !== member.email;
  return (
    <div>
      <Text size="sm" fw={500} truncate lh={1.3}>
        {isNamed ? member.display_name : member.email}
      </Text>
      {isNamed && (
        <Text size="xs" c="dimmed" truncate lh={1.3}>
          {member.email}
        </Text>
      )}
    </div>
  );
}
