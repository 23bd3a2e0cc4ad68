import { Anchor, Code, Group, Table } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Membership } from "@/app/session";
import { CopyButton } from "@/components/CopyField";
import { Section } from "@/components/Section";

/** What one is where, and under which name the data and the log know one. */
export function Memberships({ memberships }: { memberships: readonly Membership[] }) {
  const { t } = useTranslation("account");
  return (
    <Section title={t("memberships.title")} description={t("memberships.explained")}>
      <Table.ScrollContainer minWidth={480} type="native">
        <Table verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("memberships.tenant")}</Table.Th>
              <Table.Th>{t("memberships.role")}</Table.Th>
              <Table.Th>{t("memberships.pseudonym")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {memberships.map((membership) => (
              <MembershipRow key={membership.tenant_id} membership={membership} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}

function MembershipRow({ membership }: { membership: Membership }) {
  const { t } = useTranslation("account");
  const { pseudonym } = membership;
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link to="/tenants/$tenantId" params={{ tenantId: membership.tenant_id }} {...props} />
          )}
        >
          {membership.tenant_name}
        </Anchor>
      </Table.Td>
      <Table.Td>{t(`common:role.${membership.role}`)}</Table.Td>
      <Table.Td>
        {pseudonym === null ? (
          t("memberships.locked")
        ) : (
          <Group gap={4} wrap="nowrap">
            <Code>{pseudonym}</Code>
            <CopyButton value={pseudonym} />
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
