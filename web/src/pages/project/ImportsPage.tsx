import { Alert, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/ErrorState";
import { PageHeader } from "@/components/PageHeader";
import type { InterfaceDeclaration } from "@/interface/declaration";
import { Forbidden } from "@/pages/project/Forbidden";
import { DropZone } from "@/pages/project/imports/DropZone";
import { sortedFiles, targetOf } from "@/pages/project/imports/dropped-files";
import { ExampleRow } from "@/pages/project/imports/ExampleRow";
import { ImportHistory } from "@/pages/project/imports/ImportHistory";
import { ImportSettings } from "@/pages/project/imports/ImportSettings";
import classes from "@/pages/project/imports/Imports.module.css";
import { UploadList } from "@/pages/project/imports/UploadList";
import {
  type ImportOptions,
  mediaWork,
  rowsWork,
  STANDARD_OPTIONS,
} from "@/pages/project/imports/upload-work";
import { startUpload } from "@/pages/project/imports/uploads";
import {
  interfaceQuery,
  type ProjectPath,
  projectQuery,
  usePermissions,
  useProjectPath,
} from "@/pages/project/queries";

const MEDIA_INPUTS: ReadonlySet<string> = new Set(["image", "video", "audio", "document"]);

/** Bring data in: drop files, watch what becomes of them, see what was rejected. */
export function ImportsPage() {
  const { t } = useTranslation("transfers");
  const { t: common } = useTranslation("project");
  const path = useProjectPath();
  const may = usePermissions(path);
  const project = useQuery(projectQuery(path));
  const declared = useQuery(interfaceQuery(path, project.data?.interface_version));
  if (may.role !== undefined && !may.produce) return <Forbidden title={common("tab.imports")} />;
  return (
    <>
      <PageHeader title={common("tab.imports")} description={t("imports.description")} />
      <Stack gap="md">
        {declared.error !== null && <ErrorState error={declared.error} onRetry={() => declared.refetch()} />}
        {declared.data !== undefined && (
          <NewImport
            path={path}
            declaration={declared.data.interface as unknown as InterfaceDeclaration}
            archived={project.data?.state === "archived"}
          />
        )}
        <UploadList projectId={path.project_id} />
        <Title order={2} size="h5">
          {t("imports.history.title")}
        </Title>
        <ImportHistory />
      </Stack>
    </>
  );
}

interface NewImportProps {
  readonly path: ProjectPath;
  readonly declaration: InterfaceDeclaration;
  readonly archived: boolean;
}

function NewImport({ path, declaration, archived }: NewImportProps) {
  const { t } = useTranslation("transfers");
  const [options, setOptions] = useState<ImportOptions>(STANDARD_OPTIONS);
  const [refusal, setRefusal] = useState<string | null>(null);
  const takesMedia = declaration.inputs.some((input) => MEDIA_INPUTS.has(input.type));
  const begin = (files: File[]) => setRefusal(startAll(path, declaration, options, files));
  if (archived) return <Alert color="yellow">{t("imports.archived")}</Alert>;
  return (
    <>
      <div className={classes.layout}>
        <DropZone onFiles={begin} hint={t(takesMedia ? "imports.drop.hintWithMedia" : "imports.drop.hint")} />
        <ExampleRow declaration={declaration} />
      </div>
      {refusal !== null && (
        <Alert
          color="yellow"
          role="alert"
          withCloseButton
          closeButtonLabel={t("imports.upload.dismiss")}
          onClose={() => setRefusal(null)}
          title={t("imports.refusal.title")}
        >
          {t(`imports.refusal.${refusal}`)}
        </Alert>
      )}
      <ImportSettings value={options} onChange={setOptions} />
    </>
  );
}

/** Begin what can begin; why the rest cannot, or null. */
function startAll(
  path: ProjectPath,
  declaration: InterfaceDeclaration,
  options: ImportOptions,
  files: readonly File[],
): string | null {
  const { rows, media } = sortedFiles(files);
  for (const file of rows) startUpload(path, [file], rowsWork(path, file, options));
  let refusal: string | null = null;
  for (const [kind, several] of media) {
    const target = targetOf(declaration, kind);
    if (target.input === undefined) refusal = target.refusal;
    else startUpload(path, several, mediaWork(path, several, target.input, options.batch));
  }
  return refusal;
}
