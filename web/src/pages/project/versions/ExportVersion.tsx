import { Button, Menu } from "@mantine/core";
import { IconChevronDown, IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/ErrorState";
import { EXPORT_FORMATS, startExport } from "@/pages/project/exports/export-work";
import { useProjectPath } from "@/pages/project/queries";

/** Exports a version in a format of one's choice, and goes to where its files will be. */
export function ExportVersion({ versionId }: { versionId: string }) {
  const { t } = useTranslation("transfers");
  const path = useProjectPath();
  const navigate = useNavigate();
  const key = useRef(crypto.randomUUID());
  const start = useMutation({
    mutationFn: (format: (typeof EXPORT_FORMATS)[number]) =>
      startExport(path, { format, what: "labels", dataset_version_id: versionId }, key.current),
    onSuccess: () =>
      navigate({
        to: "/tenants/$tenantId/projects/$projectId/exports",
        params: { tenantId: path.tenant_id, projectId: path.project_id },
      }),
    onError: () => {
      key.current = crypto.randomUUID();
    },
  });
  return (
    <>
      {start.error !== null && <ErrorState error={start.error} />}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            loading={start.isPending}
            leftSection={<IconDownload size={16} />}
            rightSection={<IconChevronDown size={14} />}
          >
            {t("versions.export")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {EXPORT_FORMATS.map((format) => (
            <Menu.Item key={format} onClick={() => start.mutate(format)}>
              {t(`exports.format.${format}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
