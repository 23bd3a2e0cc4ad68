import { ActionIcon, Alert, Button, Card, Group, List, Progress, Stack, Text, Tooltip } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/ErrorState";
import { useFormats } from "@/components/useFormats";
import { dismissUpload, retryUpload, type Upload, useUploads } from "@/pages/project/imports/uploads";

const REFUSALS_SHOWN = 20;

/** The uploads of a project: under way, failed, and those that have something to say. */
export function UploadList({ projectId }: { projectId: string }) {
  const uploads = useUploads((store) => store.uploads);
  const shown = uploads.filter((upload) => upload.path.project_id === projectId && !isJustDone(upload));
  if (shown.length === 0) return null;
  return (
    <Stack gap="xs">
      {shown.map((upload) => (
        <UploadCard key={upload.id} upload={upload} />
      ))}
    </Stack>
  );
}

/** A file of rows that has arrived is to be seen as its job. */
function isJustDone(upload: Upload): boolean {
  return upload.state === "done" && upload.job !== undefined;
}

function UploadCard({ upload }: { upload: Upload }) {
  const { t } = useTranslation("transfers");
  const formats = useFormats();
  const isDone = upload.state === "done";
  const share = upload.bytes === 0 ? Number(isDone) : upload.sentBytes / upload.bytes;
  const dismiss = t(upload.state === "sending" ? "imports.upload.stop" : "imports.upload.dismiss");
  const added = upload.finishedFiles - upload.refused.length;
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" wrap="nowrap" mb={6}>
        <Text size="sm" fw={600} truncate>
          {upload.fileCount === 1
            ? upload.name
            : t("imports.upload.files", { count: upload.fileCount, value: formats.number(upload.fileCount) })}
        </Text>
        <Group gap="xs" wrap="nowrap">
          <Text size="xs" c="dimmed" aria-live="polite">
            {isDone
              ? t("imports.upload.added", { count: added, value: formats.number(added) })
              : t("imports.upload.sent", {
                  sent: formats.bytes(Math.min(upload.sentBytes, upload.bytes)),
                  total: formats.bytes(upload.bytes),
                })}
          </Text>
          <Tooltip label={dismiss}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              onClick={() => dismissUpload(upload.id)}
              aria-label={dismiss}
            >
              <IconX size={16} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      <Progress
        value={100 * Math.min(1, share)}
        size="sm"
        color={upload.state === "failed" ? "red" : isDone ? "teal" : undefined}
        aria-label={t("imports.upload.progress", { name: upload.name })}
      />
      {upload.state === "failed" && (
        <Stack gap="xs" mt="sm">
          <ErrorState error={upload.error} />
          <Group>
            <Button size="xs" variant="default" onClick={() => retryUpload(upload.id)}>
              {t("imports.upload.retry")}
            </Button>
          </Group>
        </Stack>
      )}
      {upload.refused.length > 0 && <Refusals upload={upload} />}
    </Card>
  );
}

function Refusals({ upload }: { upload: Upload }) {
  const { t } = useTranslation("transfers");
  const formats = useFormats();
  const count = upload.refused.length;
  const more = count - REFUSALS_SHOWN;
  return (
    <Alert
      color="yellow"
      mt="sm"
      variant="light"
      title={t("imports.upload.refused", { count, value: formats.number(count) })}
    >
      <List size="sm">
        {upload.refused.slice(0, REFUSALS_SHOWN).map((one, place) => (
          <List.Item key={`${place} ${one.name}`}>
            <b>{one.name}</b>: {one.reason ?? t("imports.upload.otherType")}
          </List.Item>
        ))}
      </List>
      {more > 0 && (
        <Text size="sm">{t("imports.upload.moreRefused", { count: more, value: formats.number(more) })}</Text>
      )}
    </Alert>
  );
}
