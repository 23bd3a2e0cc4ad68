import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { useFormats } from "@/components/useFormats";
import { membersQuery, projectQuery, usePermissions, useProjectPath } from "../queries";
import { obstaclesOf } from "./obstacles";

/** What holds the project up, each with the way to solve it. */
export function Obstacles({ figures }: { figures: Schemas["ProjectFigures"] }) {
  const { t } = useTranslation("project");
  const formats = useFormats();
  const path = useProjectPath();
  const may = usePermissions(path);
  const project = useQuery(projectQuery(path));
  const members = useQuery({ ...membersQuery(path), enabled: may.produce });
  if (project.data === undefined) return null;
  const found = obstaclesOf(project.data, figures, members.data);
  if (found.length === 0) return null;
  return (
    <Stack gap="xs">
      {found.map(({ name, page, count }) => (
        <Alert key={name} color="yellow" variant="light" icon={<IconAlertTriangle size={18} />} py="xs">
          <Group justify="space-between" gap="sm">
            <Text size="sm">{t(`obstacle.${name}.text`, { count, value: formats.number(count) })}</Text>
            {(may.produce || (page === "review" && may.review)) && (
              <Button
                size="xs"
                variant="default"
                renderRoot={(props) => (
                  <Link
                    to={`/tenants/$tenantId/projects/$projectId/${page}`}
                    params={{ tenantId: path.tenant_id, projectId: path.project_id }}
                    {...props}
                  />
                )}
              >
                {t(`obstacle.${name}.action`)}
              </Button>
            )}
          </Group>
        </Alert>
      ))}
    </Stack>
  );
}
