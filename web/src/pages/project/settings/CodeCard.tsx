import { Card, Group, SimpleGrid, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CopyButton, CopyField } from "@/components/CopyField";
import { useProjectPath } from "@/pages/project/queries";
import classes from "@/pages/project/settings/Settings.module.css";

/** The project's ids, and how a program begins with it. */
export function CodeCard() {
  const { t } = useTranslation("project");
  const path = useProjectPath();
  const snippet = [
    "import assay",
    "",
    `client = assay.connect("${location.origin}", "YOUR_API_KEY")`,
    `project = client.projects.get("${path.project_id}")`,
    "",
    "for labeled in project.labels():",
    "    print(labeled.key, labeled.label)",
  ].join("\n");
  return (
    <Card withBorder padding="md">
      <Title order={2} size="h5" mb="xs">
        {t("settings.code.title")}
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <CopyField label={t("settings.code.project")} value={path.project_id} />
        <CopyField label={t("settings.code.tenant")} value={path.tenant_id} />
      </SimpleGrid>
      <Group justify="space-between" mt="md">
        <Text size="sm" fw={500}>
          {t("settings.code.snippet")}
        </Text>
        <CopyButton value={snippet} label={t("settings.code.copy")} />
      </Group>
      <pre className={classes.snippet}>{snippet}</pre>
      <Text size="xs" c="dimmed">
        {t("settings.code.key")}
      </Text>
    </Card>
  );
}
