import { Anchor, AppShell, Burger, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { AccountMenu } from "@/app/AccountMenu";
import type { Me, Membership } from "@/app/session";

interface HeaderProps {
  me: Me;
  tenant: Membership | undefined;
  /** The navigation is open, on a narrow screen. */
  opened: boolean;
  onToggle: () => void;
}

/** The mark, the tenant one is in, and the account. */
export function Header({ me, tenant, opened, onToggle }: HeaderProps) {
  const { t } = useTranslation();
  return (
    <AppShell.Header>
      <Group h="100%" px="md" justify="space-between" wrap="nowrap">
        <Group gap="sm" wrap="nowrap">
          <Burger
            opened={opened}
            onClick={onToggle}
            hiddenFrom="sm"
            size="sm"
            aria-label={t("shell.menu")}
            aria-expanded={opened}
          />
          <Anchor underline="never" c="inherit" fw={600} renderRoot={(props) => <Link to="/" {...props} />}>
            <Group gap={8} wrap="nowrap">
              <img src="/mark.svg" alt="" width={22} height={22} />
              {t("productName")}
            </Group>
          </Anchor>
          {tenant !== undefined && (
            <Text size="sm" c="dimmed" truncate>
              {tenant.tenant_name}
            </Text>
          )}
        </Group>
        <AccountMenu me={me} />
      </Group>
    </AppShell.Header>
  );
}
