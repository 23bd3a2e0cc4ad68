import { ActionIcon, Button, Group, Stack, Switch, Text, Textarea } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { type RefObject, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { Schemas } from "@/api/client";
import { useEditorTask, useSelection } from "@/editor-core/react";
import classes from "@/review/Review.module.css";
import { entryOfAnchor, type ReviewSession } from "@/review/review-session";

interface CommentsPanelProps {
  readonly session: ReviewSession;
  /** What was said in earlier rounds. */
  readonly earlier: readonly Schemas["Comment"][];
  readonly input: RefObject<HTMLTextAreaElement | null>;
}

/** What was said about the task, and what goes with the verdict; each may be about a field or a region. */
export function CommentsPanel({ session, earlier, input }: CommentsPanelProps) {
  const { t } = useTranslation("review");
  const own = useStore(session.store, (state) => state.comments);
  return (
    <section aria-labelledby="review-comments">
      <h2 id="review-comments" className={classes.heading}>
        {t("comments")}
      </h2>
      <Stack gap={6} mt={4}>
        {earlier.length + own.length === 0 && (
          <Text size="xs" c="dimmed">
            {t("noComments")}
          </Text>
        )}
        {earlier.map((comment) => (
          <div key={comment.id} className={classes.comment}>
            <Anchor anchor={comment.anchor} />
            <Text size="sm">{comment.body}</Text>
            {comment.resolved_at !== null && (
              <Text size="xs" c="dimmed">
                {t("resolved")}
              </Text>
            )}
          </div>
        ))}
        {own.map((comment, index) => (
          <Group key={index} wrap="nowrap" align="start" gap={4} className={classes.comment}>
            <div className={classes.grow}>
              <Anchor anchor={comment.anchor} />
              <Text size="sm">{comment.body}</Text>
              <Text size="xs" c="dimmed">
                {t("sentWithVerdict")}
              </Text>
            </div>
            <ActionIcon
              size="sm"
              variant="subtle"
              aria-label={t("removeComment")}
              onClick={() => session.removeComment(index)}
            >
              <IconX size={14} />
            </ActionIcon>
          </Group>
        ))}
        <NewComment session={session} input={input} />
      </Stack>
    </section>
  );
}

function NewComment({ session, input }: Pick<CommentsPanelProps, "session" | "input">) {
  const { t } = useTranslation("review");
  const [body, setBody] = useState("");
  const [aboutSelection, setAboutSelection] = useState(true);
  const selected = useSelection((state) => state.selected.at(-1) ?? null);
  const current = useStore(session.store, (state) => {
    const difference = state.differences.find((each) => each.id === state.current);
    return difference === undefined ? null : (difference.base?.id ?? difference.pointer);
  });
  const about = selected ?? current;
  const add = () => {
    if (body.trim() === "") return;
    session.addComment(body.trim(), aboutSelection ? about : null);
    setBody("");
    input.current?.blur();
  };
  return (
    <>
      <Textarea
        ref={input}
        autosize
        minRows={2}
        maxRows={8}
        maxLength={10_000}
        label={t("comment")}
        placeholder={t("commentPlaceholder")}
        value={body}
        onChange={(event) => setBody(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            event.stopPropagation();
            add();
          }
        }}
      />
      <Group justify="space-between">
        <Switch
          size="xs"
          label={t("aboutSelection")}
          checked={aboutSelection && about !== null}
          disabled={about === null}
          onChange={(event) => setAboutSelection(event.currentTarget.checked)}
        />
        <Button size="compact-sm" variant="default" disabled={body.trim() === ""} onClick={add}>
          {t("addComment")}
        </Button>
      </Group>
    </>
  );
}

function Anchor({ anchor }: { anchor: Schemas["Anchor"] | null | undefined }) {
  const { t } = useTranslation("review");
  const task = useEditorTask();
  const entry = entryOfAnchor(anchor);
  if (entry === null) {
    return (
      <Text size="xs" c="dimmed">
        {t("aboutTask")}
      </Text>
    );
  }
  return (
    <Button size="compact-xs" variant="subtle" onClick={() => task.reveal(entry)}>
      {t("about", { place: entry.slice(1).replace("#", " #").replaceAll("/", " › ") })}
    </Button>
  );
}
