import { Alert, Button, Code, Group, Loader, SimpleGrid, Stack, Table, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { CopyButton, CopyField } from "@/components/CopyField";
import { ErrorState } from "@/components/ErrorState";
import { useFormats } from "@/components/useFormats";
import { exportFileAddress, exportFilesQuery, exportRootQuery } from "@/pages/project/exports/export-work";
import { useProjectPath } from "@/pages/project/queries";

const VERIFY_COMMAND = "assay verify-export FOLDER";
const DIGITS_SHOWN = 12;

/** The files of a finished export, and how a copy of them is checked. */
export function ExportFiles({ jobId }: { jobId: string }) {
  const { t } = useTranslation("transfers");
  const path = useProjectPath();
  const files = useQuery(exportFilesQuery(path, jobId));
  const root = useQuery(exportRootQuery(path, jobId));
  if (files.error !== null) return <ErrorState error={files.error} onRetry={() => files.refetch()} />;
  if (files.data === undefined) return <Loader size="sm" aria-label={t("loading")} />;
  return (
    <Stack gap="sm" mt="sm">
      <Table.ScrollContainer minWidth={560}>
        <Table verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("exports.files.name")}</Table.Th>
              <Table.Th ta="right">{t("exports.files.rows")}</Table.Th>
              <Table.Th ta="right">{t("exports.files.size")}</Table.Th>
              <Table.Th>SHA-256</Table.Th>
              <Table.Th aria-label={t("exports.files.download")} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {files.data.items.map((file) => (
              <FileRow key={file.name} file={file} address={exportFileAddress(path, jobId, file.name)} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {root.error !== null && (
        <Alert color="yellow" variant="light">
          {t("exports.files.noRoot")}
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        {typeof root.data === "string" && <CopyField label={t("exports.files.root")} value={root.data} />}
        <CopyField label={t("exports.files.verify")} value={VERIFY_COMMAND} />
      </SimpleGrid>
      <Text size="xs" c="dimmed">
        {t("exports.files.verifyAdvice")}
      </Text>
    </Stack>
  );
}

function FileRow({ file, address }: { file: Schemas["ExportFile"]; address: string }) {
  const { t } = useTranslation("transfers");
  const formats = useFormats();
  return (
    <Table.Tr>
      <Table.Td ff="monospace">{file.name}</Table.Td>
      <Table.Td ta="right">{file.rows === null ? "–" : formats.number(file.rows)}</Table.Td>
      <Table.Td ta="right">{formats.bytes(file.bytes)}</Table.Td>
      <Table.Td>
        <Group gap={4} wrap="nowrap">
          <Code title={file.sha256}>{file.sha256.slice(0, DIGITS_SHOWN)}…</Code>
          <CopyButton value={file.sha256} label={t("exports.files.copyDigest", { name: file.name })} />
        </Group>
      </Table.Td>
      <Table.Td ta="right">
        <Button
          component="a"
          href={address}
          download={file.name}
          size="compact-sm"
          variant="light"
          leftSection={<IconDownload size={14} />}
          aria-label={t("exports.files.downloadOne", { name: file.name })}
        >
          {t("exports.files.download")}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}
