import { Button, Group, NumberInput, Progress, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "@/api/client";
import { messageOf } from "@/components/ErrorState";
import { type ProjectPath, projectKey } from "@/pages/project/queries";

const AT_ONCE = 4;

interface BulkActionsProps {
  readonly path: ProjectPath;
  readonly selected: ReadonlySet<string>;
  readonly onDone: () => void;
}

/** Change the selected tasks: which come first, and how many people answer them. */
export function BulkActions({ path, selected, onDone }: BulkActionsProps) {
  const { t } = useTranslation("data");
  const queries = useQueryClient();
  const [priority, setPriority] = useState<number | string>(0);
  const [overlap, setOverlap] = useState<number | string>(1);
  const [progress, setProgress] = useState<number | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const apply = async (change: Schemas["TaskChange"]) => {
    setFailed(null);
    let done = 0;
    const waiting = [...selected];
    const work = async () => {
      for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
        await api.PATCH("/api/v1/tenants/{tenant_id}/projects/{project_id}/tasks/{task_id}", {
          params: { path: { ...path, task_id: id } },
          body: change,
        });
        done += 1;
        setProgress(done / selected.size);
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      onDone();
    } catch (error) {
      setFailed(messageOf(error));
    } finally {
      setProgress(null);
      await queries.invalidateQueries({ queryKey: projectKey(path) });
    }
  };
  return (
    <Group gap="sm">
      <Text size="sm">{t("selected", { count: selected.size })}</Text>
      <NumberInput size="xs" w={90} aria-label={t("priority")} value={priority} onChange={setPriority} />
      <Button
        size="xs"
        variant="default"
        disabled={progress !== null}
        onClick={() => void apply({ priority: Number(priority) })}
      >
        {t("setPriority")}
      </Button>
      <NumberInput
        size="xs"
        w={80}
        min={1}
        max={100}
        aria-label={t("overlap")}
        value={overlap}
        onChange={setOverlap}
      />
      <Button
        size="xs"
        variant="default"
        disabled={progress !== null}
        onClick={() => void apply({ overlap: Number(overlap) })}
      >
        {t("setOverlap")}
      </Button>
      {progress !== null && <Progress value={progress * 100} w={120} aria-label={t("working")} />}
      {failed !== null && (
        <Text size="sm" c="red" role="alert">
          {failed}
        </Text>
      )}
    </Group>
  );
}
