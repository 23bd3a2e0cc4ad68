import {
  Alert,
  Button,
  Card,
  Group,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
  UnstyledButton,
} from "@mantine/core";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { InterfaceWorkshop } from "@/pages/project/interface-builder/InterfaceWorkshop";
import { isObject } from "@/pages/project/interface-builder/json-edits";
import { parsed } from "@/pages/project/interface-builder/json-places";
import { TEMPLATES, type Template } from "@/pages/project/interface-builder/templates";
import { useVerdict } from "@/pages/project/interface-builder/useVerdict";

const NO_RENAMES: Schemas["Renames"] = { fields: {}, values: {} };

/** A new project: its name, and an interface that begins with a template. */
export function NewProjectPage() {
  const { tenantId = "" } = useParams({ strict: false });
  const { t } = useTranslation("builder");
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [template, setTemplate] = useState<Template>(TEMPLATES[0] as Template);
  const [text, setText] = useState(() => JSON.stringify((TEMPLATES[0] as Template).interface, null, 2));
  const [failed, setFailed] = useState<string | null>(null);
  const declaration = useMemo(() => parsed(text), [text]);
  const verdict = useVerdict(tenantId, null, declaration, NO_RENAMES);
  const sample = useMemo(() => ({ data: template.sample, media: {} }), [template]);
  const isReady = name.trim() !== "" && !verdict.checking && verdict.problems.length === 0;
  const create = async () => {
    if (!isObject(declaration)) return;
    try {
      const project = await got(
        api.POST("/api/v1/tenants/{tenant_id}/projects", {
          params: { path: { tenant_id: tenantId } },
          body: { name: name.trim(), interface: { ...declaration } } as Schemas["NewProject"],
        }),
      );
      await navigate({
        to: "/tenants/$tenantId/projects/$projectId/imports",
        params: { tenantId, projectId: project.id },
      });
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Stack p="md">
      <Title order={2}>{t("newProject")}</Title>
      <Group align="end">
        <TextInput
          required
          label={t("projectName")}
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button disabled={!isReady} onClick={create}>
          {t("create")}
        </Button>
      </Group>
      {failed !== null && <Alert color="red">{failed}</Alert>}
      <SimpleGrid cols={{ base: 2, md: 5 }} spacing="xs">
        {TEMPLATES.map((each) => (
          <UnstyledButton
            key={each.id}
            aria-pressed={each === template}
            onClick={() => {
              setTemplate(each);
              setText(JSON.stringify(each.interface, null, 2));
            }}
          >
            <Card
              withBorder
              padding="xs"
              bg={each === template ? "var(--mantine-primary-color-light)" : undefined}
            >
              <Text fw={600} size="sm">
                {t(`templates.${each.id}.title`)}
              </Text>
              <Text size="xs" c="dimmed">
                {t(`templates.${each.id}.help`)}
              </Text>
            </Card>
          </UnstyledButton>
        ))}
      </SimpleGrid>
      <InterfaceWorkshop text={text} onChange={setText} verdict={verdict} sample={sample} />
    </Stack>
  );
}
