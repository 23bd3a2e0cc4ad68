import { Button, Card, Group, SimpleGrid, Stack, Text, ThemeIcon } from "@mantine/core";
import { type Icon, IconFolderPlus, IconTerminal2, IconUserPlus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

const STEPS: readonly { id: "project" | "members" | "keys"; page: string; icon: Icon }[] = [
  { id: "project", page: "new-project", icon: IconFolderPlus },
  { id: "members", page: "members", icon: IconUserPlus },
  { id: "keys", page: "api-keys", icon: IconTerminal2 },
];

/** What an owner does first in a tenant that holds nothing yet. */
export function FirstSteps({ tenantId }: { tenantId: string }) {
  const { t } = useTranslation("home");
  return (
    <SimpleGrid cols={{ base: 1, md: 3 }} component="ol" p={0} m={0}>
      {STEPS.map(({ id, page, icon: Picture }, place) => (
        <Card key={id} withBorder padding="lg" component="li">
          <Stack gap="sm" h="100%">
            <Group gap="sm">
              <ThemeIcon variant="light" size="lg" aria-hidden>
                <Picture size={20} stroke={1.6} />
              </ThemeIcon>
              <Text fw={600}>
                {place + 1}. {t(`first.${id}.title`)}
              </Text>
            </Group>
            <Text size="sm" c="dimmed" flex={1}>
              {t(`first.${id}.explained`)}
            </Text>
            <Group>
              <Button
                size="xs"
                variant={place === 0 ? "filled" : "default"}
                renderRoot={(props) => <Link to={`/tenants/${tenantId}/${page}`} {...props} />}
              >
                {t(`first.${id}.act`)}
              </Button>
            </Group>
          </Stack>
        </Card>
      ))}
    </SimpleGrid>
  );
}
