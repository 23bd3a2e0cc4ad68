import { Switch, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got } from "@/api/client";
import { Markdown } from "@/components/markdown/Markdown";
import { WordDiff } from "@/components/WordDiff";
import { noteInstructionsRead, readInstructions } from "@/workbench/read-instructions";
import classes from "@/workbench/Workbench.module.css";

export interface InstructionsPanelProps {
  readonly owner: string;
  readonly tenant: string;
  readonly project: string;
  readonly version: number;
  readonly onRead: () => void;
}

function useInstructions({ tenant, project }: InstructionsPanelProps, version: number) {
  const path = { tenant_id: tenant, project_id: project };
  return useQuery({
    queryKey: ["instructions", tenant, project, version],
    enabled: version > 0,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () =>
      got(
        api.GET("/api/v1/tenants/{tenant_id}/projects/{project_id}/instructions", {
          params: { path, query: { version } },
        }),
      ),
  });
}

/** The instructions of a project, and what has changed since the person read them. */
export function InstructionsPanel(props: InstructionsPanelProps) {
  const { t } = useTranslation("workbench");
  const { owner, project, version, onRead } = props;
  const [before] = useState(() => readInstructions(owner, project));
  const [changes, setChanges] = useState(before > 0 && before < version);
  const now = useInstructions(props, version);
  const earlier = useInstructions(props, before < version ? before : 0);
  const isShown = now.data !== undefined;
  useEffect(() => {
    if (!isShown) return;
    noteInstructionsRead(owner, project, version);
    onRead();
  }, [isShown, owner, project, version, onRead]);
  return (
    <aside className={classes.panel} aria-label={t("instructions.title")}>
      <Title order={2} size="h5">
        {t("instructions.title")}
      </Title>
      <Text size="xs" c="dimmed" mb="sm">
        {t("instructions.version", { version })}
      </Text>
      {earlier.data !== undefined && (
        <Switch
          size="xs"
          mb="sm"
          label={t("instructions.changes", { version: before })}
          checked={changes}
          onChange={(event) => setChanges(event.currentTarget.checked)}
        />
      )}
      {now.isError && <Text size="sm">{t("instructions.failed")}</Text>}
      {now.data !== undefined && now.data.body.trim() === "" && (
        <Text size="sm">{t("instructions.none")}</Text>
      )}
      {now.data !== undefined &&
        (changes && earlier.data !== undefined ? (
          <WordDiff before={earlier.data.body} after={now.data.body} />
        ) : (
          <Markdown text={now.data.body} />
        ))}
    </aside>
  );
}
