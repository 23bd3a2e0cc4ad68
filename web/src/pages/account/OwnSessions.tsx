import { Badge, Button, Skeleton, Table } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ErrorState } from "@/components/ErrorState";
import { RelativeTime } from "@/components/RelativeTime";
import { Section } from "@/components/Section";
import { useFormats } from "@/components/useFormats";
import { type OwnSession, ownSessionsQuery } from "@/pages/account/sessions";

/** Where one is signed in, and the way to end that. */
export function OwnSessions({ sessions }: { sessions: readonly OwnSession[] | undefined }) {
  const { t } = useTranslation("account");
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: (session: OwnSession | "others") =>
      session === "others"
        ? api.DELETE("/api/v1/me/sessions")
        : api.DELETE("/api/v1/me/sessions/{session_id}", { params: { path: { session_id: session.id } } }),
    onSettled: () => client.invalidateQueries(ownSessionsQuery),
  });
  const others = (
    <Button size="xs" variant="default" loading={revoke.isPending} onClick={() => revoke.mutate("others")}>
      {t("sessions.endOthers")}
    </Button>
  );
  return (
    <Section
      title={t("sessions.title")}
      description={t("sessions.explained")}
      actions={sessions !== undefined && sessions.length > 1 && others}
    >
      {revoke.isError && <ErrorState error={revoke.error} />}
      {sessions === undefined ? (
        <Skeleton h={64} />
      ) : (
        <Table.ScrollContainer minWidth={480} type="native">
          <Table verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("sessions.since")}</Table.Th>
                <Table.Th>{t("sessions.lastSeen")}</Table.Th>
                <Table.Th>{t("sessions.expires")}</Table.Th>
                <Table.Td />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {[...sessions].reverse().map((session) => (
                <SessionRow key={session.id} session={session} onRevoke={() => revoke.mutate(session)} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Section>
  );
}

function SessionRow({ session, onRevoke }: { session: OwnSession; onRevoke: () => void }) {
  const { t } = useTranslation("account");
  const formats = useFormats();
  return (
    <Table.Tr>
      <Table.Td>{formats.dateTime(session.created_at)}</Table.Td>
      <Table.Td>
        <RelativeTime at={session.last_seen_at} />
      </Table.Td>
      <Table.Td>{formats.date(session.expires_at)}</Table.Td>
      <Table.Td ta="right">
        {session.current ? (
          <Badge variant="light" color="teal" tt="none">
            {t("sessions.current")}
          </Badge>
        ) : (
          <Button size="compact-xs" variant="subtle" color="red" onClick={onRevoke}>
            {t("sessions.end")}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
