import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { messageOf } from "@/components/ErrorState";
import { RelativeTime } from "@/components/RelativeTime";
import { type ItemStory, itemStoryQuery } from "@/pages/project/item/item-queries";
import type { ProjectPath } from "@/pages/project/queries";

const PROJECT = "/api/v1/tenants/{tenant_id}/projects/{project_id}";

/** What was said about the item's task. */
export function ItemComments({ path, story }: { readonly path: ProjectPath; readonly story: ItemStory }) {
  const { t } = useTranslation("data");
  const queries = useQueryClient();
  const [body, setBody] = useState("");
  const [failed, setFailed] = useState<string | null>(null);
  const act = async (call: Promise<unknown>) => {
    try {
      await call;
      setFailed(null);
      setBody("");
    } catch (error) {
      setFailed(messageOf(error));
    }
    await queries.invalidateQueries({ queryKey: itemStoryQuery(path, story.item.id).queryKey });
  };
  return (
    <Stack gap="xs">
      {story.comments.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("noComments")}
        </Text>
      )}
      {story.comments.map((comment) => (
        <Group key={comment.id} justify="space-between" wrap="nowrap" align="start">
          <div>
            <Text size="sm">{comment.body}</Text>
            <Text size="xs" c="dimmed">
              {comment.author.slice(0, 8)} · <RelativeTime at={comment.created_at} />
              {comment.resolved_at !== null && ` · ${t("resolved")}`}
            </Text>
          </div>
          {comment.resolved_at === null && (
            <Button
              size="compact-xs"
              variant="subtle"
              onClick={() =>
                void act(
                  api.POST(`${PROJECT}/comments/{comment_id}/resolve`, {
                    params: { path: { ...path, comment_id: comment.id } },
                  }),
                )
              }
            >
              {t("resolve")}
            </Button>
          )}
        </Group>
      ))}
      <Textarea
        autosize
        minRows={2}
        maxLength={10_000}
        label={t("comment")}
        value={body}
        onChange={(event) => setBody(event.currentTarget.value)}
      />
      <Group>
        <Button
          size="xs"
          variant="default"
          disabled={body.trim() === ""}
          onClick={() =>
            void act(
              api.POST(`${PROJECT}/tasks/{task_id}/comments`, {
                params: { path: { ...path, task_id: story.task.id } },
                body: { body: body.trim(), anchor: null },
              }),
            )
          }
        >
          {t("addComment")}
        </Button>
        {failed !== null && (
          <Text size="sm" c="red" role="alert">
            {failed}
          </Text>
        )}
      </Group>
    </Stack>
  );
}
