import { Alert, Button, Group, Select, SimpleGrid, Stack, Textarea, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { ApiProblem } from "@/api/problem";
import { Markdown } from "@/components/markdown/Markdown";

/** What annotators read: written as Markdown, in versions. */
export function InstructionsPage() {
  const { tenantId = "", projectId = "" } = useParams({ strict: false });
  const { t } = useTranslation("builder");
  const [version, setVersion] = useState<number | null>(null);
  const path = { tenant_id: tenantId, project_id: projectId };
  const read = (wanted: number | null) => ({
    queryKey: ["instructions", projectId, wanted],
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Schemas["Instructions"] | null> => {
      try {
        return await got(
          api.GET("/api/v1/tenants/{tenant_id}/projects/{project_id}/instructions", {
            params: { path, query: wanted === null ? {} : { version: wanted } },
            signal,
          }),
        );
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 404) return null;
        throw error;
      }
    },
  });
  const current = useQuery(read(null));
  const shown = useQuery(read(version));
  const error = current.error ?? shown.error;
  if (error !== null) return <Alert color="red">{error.message}</Alert>;
  if (current.data === undefined || shown.data === undefined) return <p>{t("loading")}</p>;
  const newest = current.data?.version ?? 0;
  const numbers = Array.from({ length: newest }, (_, index) => String(newest - index));
  return (
    <Stack p="md">
      <Group>
        <Title order={2}>{t("instructions")}</Title>
        <Select
          aria-label={t("history")}
          placeholder={t("history")}
          data={numbers.map((value) => ({ value, label: t("version", { version: value }) }))}
          value={version === null ? null : String(version)}
          onChange={(value) => setVersion(value === null ? null : Number(value))}
        />
      </Group>
      <Writing key={`${newest} ${version}`} path={path} body={shown.data?.body ?? ""} />
    </Stack>
  );
}

function Writing({
  path,
  body,
}: {
  readonly path: { readonly tenant_id: string; readonly project_id: string };
  readonly body: string;
}) {
  const { t } = useTranslation("builder");
  const queries = useQueryClient();
  const [text, setText] = useState(body);
  const [failed, setFailed] = useState<string | null>(null);
  const save = async () => {
    try {
      await api.POST("/api/v1/tenants/{tenant_id}/projects/{project_id}/instructions", {
        params: { path },
        body: { body: text },
      });
      await queries.invalidateQueries({ queryKey: ["instructions", path.project_id] });
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      {failed !== null && <Alert color="red">{failed}</Alert>}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Textarea
          label={t("markdown")}
          autosize
          minRows={18}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <section aria-label={t("preview")}>
          <Markdown text={text} />
        </section>
      </SimpleGrid>
      <Button disabled={text === body} onClick={save} w="fit-content">
        {t("save")}
      </Button>
    </>
  );
}
