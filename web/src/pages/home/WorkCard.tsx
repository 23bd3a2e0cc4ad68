import { Anchor, Badge, Button, Card, Group, Kbd, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { mayReview } from "@/app/permissions";
import { useCounted } from "@/pages/home/useCounted";
import { startOf, type Work } from "@/pages/home/work";

/** One project: what waits in it, and the way there. */
export function WorkCard({ work, number }: { work: Work; number: number | undefined }) {
  const { t } = useTranslation("home");
  const { membership, project } = work;
  const params = { tenantId: membership.tenant_id, projectId: project.id };
  const start = startOf(work);
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" wrap="nowrap" align="start">
        <Stack gap={2} miw={0}>
          <Anchor
            fw={600}
            truncate
            renderRoot={(props) => (
              <Link to="/tenants/$tenantId/projects/$projectId" params={params} {...props} />
            )}
          >
            {project.name}
          </Anchor>
          <Text size="xs" c="dimmed" truncate>
            {membership.tenant_name} · {t(`common:role.${membership.role}`)}
          </Text>
        </Stack>
        {number !== undefined && start !== undefined && <Kbd size="xs">{number}</Kbd>}
      </Group>
      <Counts work={work} />
      <Group gap="xs" mt="auto">
        {start !== undefined && (
          <Button
            size="xs"
            variant={work.toAnnotate > 0 ? "filled" : "default"}
            renderRoot={(props) => (
              <Link to="/tenants/$tenantId/projects/$projectId/annotate" params={params} {...props} />
            )}
          >
            {t("annotate")}
          </Button>
        )}
        {mayReview(membership) && (
          <Button
            size="xs"
            variant={start === "review" ? "filled" : "default"}
            renderRoot={(props) => (
              <Link to="/tenants/$tenantId/projects/$projectId/review" params={params} {...props} />
            )}
          >
            {t("review")}
          </Button>
        )}
      </Group>
    </Card>
  );
}

function Counts({ work }: { work: Work }) {
  const { t } = useTranslation("home");
  const counted = useCounted();
  const { toAnnotate, toReview, sentBack, submitted } = work;
  return (
    <Group gap={6} my="sm">
      {sentBack > 0 && (
        <Badge color="orange" variant="light" tt="none">
          {t("count.sentBack", { count: sentBack, shown: counted(sentBack) })}
        </Badge>
      )}
      {toAnnotate > 0 && (
        <Badge color="blue" variant="light" tt="none">
          {t("count.toAnnotate", { count: toAnnotate, shown: counted(toAnnotate) })}
        </Badge>
      )}
      {toReview > 0 && (
        <Badge color="grape" variant="light" tt="none">
          {t("count.toReview", { count: toReview, shown: counted(toReview) })}
        </Badge>
      )}
      {submitted > 0 && (
        <Badge color="teal" variant="light" tt="none">
          {t("count.submitted", { count: submitted, shown: counted(submitted) })}
        </Badge>
      )}
      {toAnnotate + toReview + submitted === 0 && (
        <Text size="xs" c="dimmed">
          {t("nothingWaits")}
        </Text>
      )}
    </Group>
  );
}
