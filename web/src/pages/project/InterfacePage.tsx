import { Alert, Badge, Button, Checkbox, Group, Stack, TextInput, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { WordDiff } from "@/components/WordDiff";
import type { ItemData } from "@/editor-core/task";
import type { Json } from "@/interface/declaration";
import { InterfaceWorkshop } from "@/pages/project/interface-builder/InterfaceWorkshop";
import { isObject } from "@/pages/project/interface-builder/json-edits";
import { parsed } from "@/pages/project/interface-builder/json-places";
import { useVerdict } from "@/pages/project/interface-builder/useVerdict";

const COLORS = { first: "gray", same: "gray", compatible: "green", migrating: "yellow", breaking: "red" };
const NO_RENAMES: Schemas["Renames"] = { fields: {}, values: {} };

/** The task interface of a project: edit it, see what the edit means, save it, look at earlier versions. */
export function InterfacePage() {
  const { tenantId = "", projectId = "" } = useParams({ strict: false });
  const { t } = useTranslation("builder");
  const path = { tenant_id: tenantId, project_id: projectId };
  const versions = useQuery({
    queryKey: ["interface-versions", projectId],
    queryFn: ({ signal }) =>
      got(
        api.GET("/api/v1/tenants/{tenant_id}/projects/{project_id}/interface/versions", {
          params: { path },
          signal,
        }),
      ),
  });
  if (versions.error !== null) return <Alert color="red">{versions.error.message}</Alert>;
  const newest = versions.data?.[0];
  if (versions.data === undefined || newest === undefined) return <p>{t("loading")}</p>;
  return <Editor key={newest.version} path={path} versions={versions.data} newest={newest} />;
}

function Editor({
  path,
  versions,
  newest,
}: {
  readonly path: { readonly tenant_id: string; readonly project_id: string };
  readonly versions: readonly Schemas["InterfaceVersion"][];
  readonly newest: Schemas["InterfaceVersion"];
}) {
  const { t } = useTranslation("builder");
  const queries = useQueryClient();
  const [text, setText] = useState(() => JSON.stringify(newest.interface, null, 2));
  const [renames, setRenames] = useState(NO_RENAMES);
  const [isMeant, setMeant] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const declaration = useMemo(() => parsed(text), [text]);
  const verdict = useVerdict(path.tenant_id, path.project_id, declaration, renames);
  const sample = useSample(path);
  const kind = verdict.edit?.kind;
  const save = async () => {
    if (!isObject(declaration)) return;
    try {
      await api.POST("/api/v1/tenants/{tenant_id}/projects/{project_id}/interface/versions", {
        params: { path },
        body: { interface: { ...declaration }, renames, allow_breaking: isMeant },
      });
      await queries.invalidateQueries({ queryKey: ["interface-versions", path.project_id] });
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Stack gap="sm" p="md">
      <Group>
        <Title order={2}>{t("interface")}</Title>
        {kind !== undefined && (
          <Badge variant="light" color={COLORS[kind]}>
            {t(`verdicts.${kind}`)}
          </Badge>
        )}
        {kind === "breaking" && (
          <Checkbox
            label={t("breakingIsMeant")}
            checked={isMeant}
            onChange={(event) => setMeant(event.currentTarget.checked)}
          />
        )}
        <Button
          ml="auto"
          disabled={verdict.checking || verdict.edit === null || (kind === "breaking" && !isMeant)}
          onClick={save}
        >
          {t("save")}
        </Button>
      </Group>
      {failed !== null && <Alert color="red">{failed}</Alert>}
      {verdict.edit?.reasons.map((reason) => (
        <li key={reason}>{reason}</li>
      ))}
      <RenameMap onChange={setRenames} />
      <InterfaceWorkshop text={text} onChange={setText} verdict={verdict} sample={sample} />
      <Title order={3}>{t("history")}</Title>
      {versions.map((version, index) => (
        <details key={version.version}>
          <summary>
            {t("version", { version: version.version })} · {t(`verdicts.${version.edit}`)} ·{" "}
            <time dateTime={version.created_at}>{new Date(version.created_at).toLocaleString()}</time> ·{" "}
            {version.created_by}
          </summary>
          <WordDiff
            before={JSON.stringify(versions[index + 1]?.interface ?? {}, null, 2)}
            after={JSON.stringify(version.interface, null, 2)}
          />
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => setText(JSON.stringify(version.interface, null, 2))}
          >
            {t("takeUp")}
          </Button>
        </details>
      ))}
    </Stack>
  );
}

/** Says that something is an old one under a new name, so that old answers follow. */
function RenameMap({ onChange }: { readonly onChange: (renames: Schemas["Renames"]) => void }) {
  const { t } = useTranslation("builder");
  const [lines, setLines] = useState("");
  return (
    <TextInput
      size="xs"
      label={t("renames")}
      description={t("renamesHelp")}
      placeholder="weather=sky, sky:rain=rainy"
      value={lines}
      onChange={(event) => {
        setLines(event.currentTarget.value);
        onChange(renamesIn(event.currentTarget.value));
      }}
    />
  );
}

function renamesIn(words: string): Schemas["Renames"] {
  const fields: Record<string, string> = {};
  const values: Record<string, Record<string, string>> = {};
  for (const [, field, value, name] of words.matchAll(/([\w.]+)(?::([\w-]+))?=([\w-]+)/g)) {
    if (field === undefined || name === undefined) continue;
    if (value === undefined) fields[field] = name;
    else values[field] = { ...values[field], [value]: name };
  }
  return { fields, values };
}

/** An item of the project to show the interface with. */
function useSample(path: { readonly tenant_id: string; readonly project_id: string }) {
  const { data } = useQuery({
    queryKey: ["sample-item", path.project_id],
    queryFn: async ({ signal }) => {
      const page = await got(
        api.GET("/api/v1/tenants/{tenant_id}/projects/{project_id}/tasks", {
          params: { path, query: { limit: 1 } },
          signal,
        }),
      );
      const first = page.items[0];
      if (first === undefined) return null;
      return got(
        api.GET("/api/v1/tenants/{tenant_id}/projects/{project_id}/items/{item_id}", {
          params: { path: { ...path, item_id: first.item_id } },
          signal,
        }),
      );
    },
    staleTime: 300_000,
  });
  return useMemo(
    () => ({ data: (data?.data ?? {}) as { [key: string]: Json } as ItemData, media: data?.media ?? {} }),
    [data],
  );
}
