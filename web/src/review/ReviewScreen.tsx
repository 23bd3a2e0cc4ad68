import { Alert, Badge, Button, Center, Kbd, Loader, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { Schemas } from "@/api/client";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import type { Command } from "@/editor-core/hotkeys";
import { EditorTaskProvider } from "@/editor-core/react";
import { TaskView } from "@/editors/TaskView";
import { AnswersPanel } from "@/review/AnswersPanel";
import { CommentsPanel } from "@/review/CommentsPanel";
import { DifferenceList } from "@/review/DifferenceList";
import classes from "@/review/Review.module.css";
import type { OpenReview, ReviewWork } from "@/review/review-work";
import { TopBar } from "@/workbench/TopBar";
import type { Work } from "@/workbench/useWork";
import frame from "@/workbench/Workbench.module.css";
import { useDialogScope, type WorkDialog, WorkDialogs } from "@/workbench/WorkDialogs";

type Dialog = WorkDialog | null;

interface ReviewScreenProps {
  readonly work: Work;
  readonly reviews: ReviewWork;
  readonly tenant: string;
  readonly project: Schemas["Project"];
}

/** The open review between the bar on top and the verdicts below. */
export function ReviewScreen({ work, reviews, tenant, project }: ReviewScreenProps) {
  const { t } = useTranslation("review");
  const { phase, review, error, decided } = useStore(reviews.store);
  const [dialog, setDialog] = useState<Dialog>(null);
  const comment = useRef<HTMLTextAreaElement>(null);
  const verdicts = useVerdicts(reviews, comment);
  useDialogScope(work, dialog !== null);
  useReviewCommands(work, review, verdicts, comment, setDialog);
  const close = () => setDialog(null);
  return (
    <div className={frame.screen}>
      <TopBar
        tenant={tenant}
        project={project.id}
        title={`${project.name} · ${t("title")}`}
        outbox={work.outbox}
        commands={work.commands}
        onOutbox={() => setDialog("outbox")}
        onCommands={() => setDialog("commands")}
      >
        <Badge variant="light">{decided}</Badge>
      </TopBar>
      {review !== null ? (
        <ReviewBody key={review.lease.id} review={review} comment={comment} />
      ) : (
        <NoReview phase={phase} error={error} onAgain={() => void reviews.start()} />
      )}
      {review !== null && <VerdictBar review={review} verdicts={verdicts} />}
      <WorkDialogs work={work} dialog={dialog} onClose={close} />
    </div>
  );
}

function ReviewBody({
  review,
  comment,
}: {
  review: OpenReview;
  comment: RefObject<HTMLTextAreaElement | null>;
}) {
  const { t } = useTranslation("review");
  const [hidden, setHidden] = useState<ReadonlySet<string>>(() => new Set());
  const { session, lease, fields } = review;
  const task = useMemo(
    () => ({ ...review.task, overlays: review.task.overlays.filter((each) => !hidden.has(each.id)) }),
    [review, hidden],
  );
  useEffect(() => session.start(), [session]);
  const toggle = (overlay: string) => {
    const next = new Set(hidden);
    if (!next.delete(overlay)) next.add(overlay);
    setHidden(next);
  };
  return (
    <div className={classes.screen}>
      <EditorTaskProvider value={task}>
        <main className={classes.task}>
          <TaskView />
        </main>
      </EditorTaskProvider>
      <EditorTaskProvider value={review.task}>
        <aside className={classes.side} aria-label={t("title")}>
          <div className={classes.panel}>
            {!review.hasProposal && <Alert color="orange">{t("noProposal")}</Alert>}
            <AnswersPanel
              overlays={review.task.overlays}
              annotations={lease.annotations ?? []}
              agreement={lease.label?.agreement ?? null}
              hidden={hidden}
              onToggle={toggle}
              onStartFrom={(overlay) => session.startFrom(overlay)}
            />
            <DifferenceList session={session} fields={fields} />
            <CommentsPanel session={session} earlier={lease.comments ?? []} input={comment} />
          </div>
        </aside>
      </EditorTaskProvider>
    </div>
  );
}

function NoReview({ phase, error, onAgain }: { phase: string; error: unknown; onAgain: () => void }) {
  const { t } = useTranslation(["review", "workbench"]);
  if (phase === "loading") {
    return (
      <Center h="100%">
        <Loader aria-label={t("title")} />
      </Center>
    );
  }
  const again = (
    <Button variant="default" onClick={onAgain}>
      {t("workbench:empty.again")}
    </Button>
  );
  if (phase === "failed") {
    return (
      <Center p="xl">
        <ErrorState error={error} />
        {again}
      </Center>
    );
  }
  return (
    <EmptyState
      icon={IconCircleCheck}
      title={t("nothingToReview")}
      description={t("nothingToReviewHint")}
      action={again}
    />
  );
}

interface Verdicts {
  readonly approve: () => void;
  readonly sendBack: () => void;
  /** What keeps a verdict from being given. */
  readonly said: string;
}

function useVerdicts(reviews: ReviewWork, comment: RefObject<HTMLTextAreaElement | null>): Verdicts {
  const { t } = useTranslation(["review", "workbench"]);
  const [said, setSaid] = useState("");
  const approve = useCallback(async () => {
    const problems = await reviews.approve();
    setSaid(problems.length === 0 ? "" : t("workbench:problems", { count: problems.length }));
    if (problems[0] !== undefined) reviews.store.getState().review?.task.reveal(problems[0].path);
  }, [reviews, t]);
  const sendBack = useCallback(async () => {
    const sent = await reviews.sendBack();
    setSaid(sent ? "" : t("sendBackNeedsComment"));
    if (!sent) comment.current?.focus();
  }, [reviews, t, comment]);
  return useMemo(
    () => ({ approve: () => void approve(), sendBack: () => void sendBack(), said }),
    [approve, sendBack, said],
  );
}

function VerdictBar({ review, verdicts }: { review: OpenReview; verdicts: Verdicts }) {
  const { t } = useTranslation("review");
  const changed = useStore(review.session.store, (state) => state.changed) || !review.hasProposal;
  return (
    <footer className={frame.actions}>
      <Button
        size="xs"
        color={changed ? "blue" : "teal"}
        onClick={verdicts.approve}
        rightSection={<Kbd size="xs">Enter</Kbd>}
      >
        {t(changed ? "fix" : "accept")}
      </Button>
      <Button
        size="xs"
        variant="default"
        onClick={verdicts.sendBack}
        rightSection={<Kbd size="xs">Ctrl Shift B</Kbd>}
      >
        {t("sendBack")}
      </Button>
      <Text size="sm" role="status" c={verdicts.said === "" ? "dimmed" : "red"} className={frame.grow}>
        {verdicts.said === "" && review.hasProposal && changed ? t("changed") : verdicts.said}
      </Text>
    </footer>
  );
}

function useReviewCommands(
  { commands }: Work,
  review: OpenReview | null,
  verdicts: Verdicts,
  comment: RefObject<HTMLTextAreaElement | null>,
  open: (dialog: Dialog) => void,
): void {
  const { t } = useTranslation(["review", "workbench"]);
  useEffect(() => {
    const group = t("title");
    const command = (
      id: string,
      label: string,
      keys: string[],
      run: () => void,
      inText = false,
    ): Command => ({
      id: `review.${id}`,
      label,
      keys,
      group,
      inText,
      run: (event) => {
        if (!event.repeat || id === "next" || id === "previous") run();
      },
    });
    const session = review?.session;
    const opinions = Array.from({ length: 9 }, (_, index) =>
      command(`adopt-${index + 1}`, t("adoptNumber", { number: index + 1 }), [`Alt+${index + 1}`], () => {
        session?.adoptNumber(index + 1);
      }),
    );
    return commands.register("global", [
      command("approve", t("accept"), ["Enter"], verdicts.approve),
      command("approve-from-text", t("accept"), ["Mod+Enter"], verdicts.approve, true),
      command("send-back", t("sendBack"), ["Mod+Shift+b"], verdicts.sendBack, true),
      command("next", t("next"), ["j"], () => session?.step(1)),
      command("previous", t("previous"), ["k"], () => session?.step(-1)),
      command("comment", t("writeComment"), ["Mod+m"], () => comment.current?.focus(), true),
      command("undo", t("workbench:undo"), ["Mod+z"], () => review?.task.document.undo()),
      command("redo", t("workbench:redo"), ["Mod+Shift+z", "Mod+y"], () => review?.task.document.redo()),
      command("palette", t("workbench:palette.title"), ["/"], () => open("palette")),
      command("commands", t("workbench:commands.title"), ["?"], () => open("commands")),
      ...opinions,
    ]);
  }, [commands, review, verdicts, comment, open, t]);
}
