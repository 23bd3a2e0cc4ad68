import { Card, Group, Text, Title } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { CopyButton } from "@/components/CopyField";
import type { InterfaceDeclaration } from "@/interface/declaration";
import { exampleData, namesFiles } from "@/pages/project/imports/example-row";
import classes from "@/pages/project/imports/Imports.module.css";

/** A row that this project would take, to begin a file with. */
export function ExampleRow({ declaration }: { declaration: InterfaceDeclaration }) {
  const { t } = useTranslation("transfers");
  const row = useMemo(
    () => ({ key: "your-id-1", data: exampleData(declaration), metadata: { site: "north" } }),
    [declaration],
  );
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" mb={4} wrap="nowrap">
        <Title order={2} size="h5">
          {t("imports.example.title")}
        </Title>
        <CopyButton value={JSON.stringify(row)} label={t("imports.example.copy")} />
      </Group>
      <pre className={classes.example} data-testid="example-row">
        {JSON.stringify(row, null, 2)}
      </pre>
      <Text size="xs" c="dimmed" mt="xs">
        {t(namesFiles(declaration) ? "imports.example.zip" : "imports.example.lines")}{" "}
        {t("imports.example.optional")}
      </Text>
    </Card>
  );
}
