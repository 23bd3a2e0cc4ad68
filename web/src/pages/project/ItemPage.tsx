import {
  Card,
  Center,
  Code,
  Group,
  Loader,
  ScrollArea,
  Select,
  Stack,
  Switch,
  Tabs,
  Text,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/ErrorState";
import { PageHeader } from "@/components/PageHeader";
import { RelativeTime } from "@/components/RelativeTime";
import { StatusBadge } from "@/components/StatusBadge";
import { EditorTaskProvider } from "@/editor-core/react";
import { TaskView } from "@/editors/TaskView";
import type { InterfaceDeclaration } from "@/interface/declaration";
import { answersOf, type KnownAnswer, readOnlyTask } from "@/pages/project/item/answers";
import { History } from "@/pages/project/item/History";
import classes from "@/pages/project/item/Item.module.css";
import { ItemComments } from "@/pages/project/item/ItemComments";
import { type ItemStory, itemStoryQuery } from "@/pages/project/item/item-queries";
import { interfaceQuery, type ProjectPath, projectQuery, useProjectPath } from "@/pages/project/queries";

/** One item in its editors, every answer to it, what happened to it, and who saw it. */
export function ItemPage() {
  const path = useProjectPath();
  const { itemId = "" } = useParams({ strict: false });
  const story = useQuery(itemStoryQuery(path, itemId));
  if (story.error !== null) return <ErrorState error={story.error} onRetry={() => void story.refetch()} />;
  if (story.data === undefined) {
    return (
      <Center h={320}>
        <Loader />
      </Center>
    );
  }
  return <Story path={path} story={story.data} />;
}

function Story({ path, story }: { readonly path: ProjectPath; readonly story: ItemStory }) {
  const { t } = useTranslation("data");
  const answers = useMemo(() => answersOf(story), [story]);
  const [chosen, setChosen] = useState<string | null>(answers[0]?.id ?? null);
  const [compare, setCompare] = useState(false);
  const shown = answers.find((each) => each.id === chosen) ?? null;
  const nameOf = (each: KnownAnswer) => {
    if (each.kind === "label") return t("labelRevision", { revision: each.revision });
    return each.kind === "gold" ? t("goldAnswer") : t("answerOf", { who: each.who });
  };
  return (
    <>
      <PageHeader
        title={t("itemTitle", { id: story.item.key ?? story.item.id.slice(-8) })}
        badge={<StatusBadge state={story.task.state} />}
        breadcrumb={[
          { label: t("title"), to: `/tenants/${path.tenant_id}/projects/${path.project_id}/data` },
        ]}
        actions={
          <Group gap="sm">
            <Switch
              size="xs"
              label={t("compare")}
              checked={compare}
              disabled={story.annotations.length === 0}
              onChange={(event) => setCompare(event.currentTarget.checked)}
            />
            <Select
              size="xs"
              aria-label={t("shown")}
              placeholder={t("noAnswer")}
              clearable
              value={chosen}
              onChange={setChosen}
              data={answers.map((each) => ({ value: each.id, label: nameOf(each) }))}
            />
          </Group>
        }
      />
      <div className={classes.columns}>
        <Card withBorder p={0} className={classes.view}>
          <Viewer path={path} story={story} shown={shown} compared={compare ? answers : []} />
        </Card>
        <Card withBorder className={classes.side}>
          <Details path={path} story={story} />
        </Card>
      </div>
    </>
  );
}

interface ViewerProps {
  readonly path: ProjectPath;
  readonly story: ItemStory;
  readonly shown: KnownAnswer | null;
  readonly compared: readonly KnownAnswer[];
}

function Viewer({ path, story, shown, compared }: ViewerProps) {
  const project = useQuery(projectQuery(path));
  const wanted = shown?.interfaceVersion ?? project.data?.interface_version;
  const version = useQuery(interfaceQuery(path, wanted));
  const declaration = version.data?.interface as unknown as InterfaceDeclaration | undefined;
  const task = useMemo(() => {
    if (declaration === undefined) return null;
    const others = compared.filter((each) => each.kind === "annotation" && each.id !== shown?.id);
    return readOnlyTask({ story, declaration, shown, compared: others });
  }, [story, declaration, shown, compared]);
  if (task === null) return <Loader m="xl" />;
  return (
    <EditorTaskProvider value={task} key={task.id}>
      <TaskView />
    </EditorTaskProvider>
  );
}

function Details({ path, story }: { readonly path: ProjectPath; readonly story: ItemStory }) {
  const { t } = useTranslation("data");
  return (
    <Tabs defaultValue="history" keepMounted={false}>
      <Tabs.List mb="sm">
        <Tabs.Tab value="history">{t("history")}</Tabs.Tab>
        <Tabs.Tab value="comments">{t("comments")}</Tabs.Tab>
        <Tabs.Tab value="access">{t("seenBy")}</Tabs.Tab>
        <Tabs.Tab value="raw">{t("raw")}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="history">
        <History story={story} />
      </Tabs.Panel>
      <Tabs.Panel value="comments">
        <ItemComments path={path} story={story} />
      </Tabs.Panel>
      <Tabs.Panel value="access">
        <Stack gap={6}>
          {story.access.map((each) => (
            <div key={each.log_row}>
              <Text size="sm">
                {t("access", { who: each.principal.slice(0, 8), role: each.role, purpose: each.purpose })}
              </Text>
              <Text size="xs" c="dimmed">
                <RelativeTime at={each.at} />
              </Text>
            </div>
          ))}
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="raw">
        <ScrollArea h={400}>
          <Code block>
            {JSON.stringify({ item: story.item.data, labels: story.labels.at(-1)?.answer }, null, 2)}
          </Code>
        </ScrollArea>
      </Tabs.Panel>
    </Tabs>
  );
}
