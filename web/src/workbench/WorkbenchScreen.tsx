import { Badge, Button, Center, Kbd, Loader, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconCircleCheck } from "@tabler/icons-react";
import { lazy, Suspense, useCallback, useEffect, useReducer, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { Schemas } from "@/api/client";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { useFormats } from "@/components/useFormats";
import { EditorTaskProvider } from "@/editor-core/react";
import { TaskView } from "@/editors/TaskView";
import { problemsOf } from "@/interface/validation";
import { readInstructions } from "@/workbench/read-instructions";
import { SkipDialog } from "@/workbench/SkipDialog";
import type { WorkbenchSession } from "@/workbench/session";
import { TopBar } from "@/workbench/TopBar";
import type { Work } from "@/workbench/useWork";
import classes from "@/workbench/Workbench.module.css";
import { useDialogScope, type WorkDialog, WorkDialogs } from "@/workbench/WorkDialogs";

/** Markdown is only loaded for those who open the instructions. */
const InstructionsPanel = lazy(async () => ({
  default: (await import("@/workbench/InstructionsPanel")).InstructionsPanel,
}));

type Dialog = "skip" | WorkDialog | null;

export interface WorkbenchScreenProps {
  readonly work: Work;
  readonly session: WorkbenchSession;
  readonly tenant: string;
  readonly project: Schemas["Project"];
}

/** The open task between the bar on top and the actions below. */
export function WorkbenchScreen({ work, session, tenant, project }: WorkbenchScreenProps) {
  const { t } = useTranslation("workbench");
  const state = useStore(session.store);
  const [dialog, setDialog] = useState<Dialog>(null);
  const [instructions, setInstructions] = useState(false);
  const [announced, setAnnounced] = useState("");
  const version = state.lease?.instruction_version ?? project.instruction_version;
  const [read, setRead] = useState(() => readInstructions(work.owner, project.id));
  const onRead = useCallback(() => setRead(version), [version]);
  const submit = useCallback(async () => {
    const problems = await session.submit();
    const first = problems[0];
    if (first === undefined) return setAnnounced("");
    setAnnounced(t("problems", { count: problems.length }));
    session.store.getState().task?.reveal(first.path);
  }, [session, t]);
  useWorkbenchCommands(work, session, submit, setDialog, setInstructions);
  useAutoAdvance(session, submit);
  useDialogScope(work, dialog !== null);
  const close = () => setDialog(null);
  return (
    <div className={classes.screen}>
      <TopBar
        tenant={tenant}
        project={project.id}
        title={project.name}
        outbox={work.outbox}
        commands={work.commands}
        onOutbox={() => setDialog("outbox")}
        onCommands={() => setDialog("commands")}
      >
        {state.lease?.prelabel != null && <Badge variant="light">{t("prelabel")}</Badge>}
        {state.reopened && <Badge color="blue">{t("reopened")}</Badge>}
        {state.draftConflict && <Badge color="yellow">{t("draftConflict")}</Badge>}
        <span>{t("ahead", { count: state.ahead })}</span>
        <span>{t("submitted", { count: state.submitted })}</span>
        <ActiveTime session={session} />
      </TopBar>
      <div className={classes.body}>
        <main className={classes.task}>
          <Comments lease={state.lease} />
          <OpenTask session={session} />
        </main>
        {instructions && (
          <Suspense fallback={<Loader m="md" aria-label={t("loading")} />}>
            <InstructionsPanel
              owner={work.owner}
              tenant={tenant}
              project={project.id}
              version={version}
              onRead={onRead}
            />
          </Suspense>
        )}
      </div>
      <footer className={classes.actions}>
        <Button
          size="xs"
          onClick={() => void submit()}
          disabled={state.task === null}
          rightSection={<Kbd size="xs">Enter</Kbd>}
        >
          {t("submit")}
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => setDialog("skip")}
          disabled={state.task === null || state.reopened}
        >
          {t("skip.skip")}
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => void session.previous()}
          disabled={!state.canGoBack}
        >
          {t("previous")}
        </Button>
        <Text size="sm" role="status" c="red" className={classes.grow}>
          {announced}
          {state.task !== null && state.error !== null && t("failed")}
        </Text>
        <Button
          size="xs"
          variant={instructions ? "light" : "default"}
          aria-expanded={instructions}
          onClick={() => setInstructions((open) => !open)}
          rightSection={read < version && <Badge size="xs">{t("instructions.new")}</Badge>}
        >
          {t("instructions.title")}
        </Button>
      </footer>
      <SkipDialog
        opened={dialog === "skip"}
        onClose={close}
        onSkip={(reason, note) => void session.skip(reason, note)}
      />
      <WorkDialogs work={work} dialog={dialog} onClose={close} />
    </div>
  );
}

function OpenTask({ session }: { readonly session: WorkbenchSession }) {
  const { t } = useTranslation("workbench");
  const { phase, task, error } = useStore(session.store);
  const again = (
    <Button variant="default" onClick={() => void session.again()}>
      {t("empty.again")}
    </Button>
  );
  if (phase === "failed")
    return (
      <Center p="xl">
        <ErrorState error={error} />
        {again}
      </Center>
    );
  if (phase === "empty")
    return (
      <EmptyState
        icon={IconCircleCheck}
        title={t("empty.title")}
        description={t("empty.next")}
        action={again}
      />
    );
  if (task === null)
    return (
      <Center p="xl">
        <Loader aria-label={t("loading")} />
      </Center>
    );
  return (
    <EditorTaskProvider value={task} key={task.id}>
      <TaskView />
    </EditorTaskProvider>
  );
}

/** What the reviewer said when the task was sent back. */
function Comments({ lease }: { readonly lease: Schemas["Lease"] | null }) {
  const { t } = useTranslation("workbench");
  const comments = lease?.comments ?? [];
  if (comments.length === 0) return null;
  return (
    <section aria-label={t("comments")}>
      {comments.map((comment) => (
        <Text key={comment.id} size="sm" className={classes.comment}>
          {comment.body}
        </Text>
      ))}
    </section>
  );
}

function ActiveTime({ session }: { readonly session: WorkbenchSession }) {
  const { t } = useTranslation("workbench");
  const { duration } = useFormats();
  const [, tick] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, []);
  return <span title={t("activeTime")}>{duration(session.activity.total)}</span>;
}

function useWorkbenchCommands(
  { commands }: Work,
  session: WorkbenchSession,
  submit: () => Promise<void>,
  open: (dialog: Dialog) => void,
  setInstructions: (change: (opened: boolean) => boolean) => void,
): void {
  const { t } = useTranslation("workbench");
  useEffect(() => {
    const once = (run: () => void) => (event: KeyboardEvent) => {
      // A key that is held down submits one task, not all of them.
      if (!event.repeat) run();
    };
    const document = () => session.store.getState().task?.document;
    const group = t("commands.group");
    return commands.register("global", [
      { id: "workbench.submit", label: t("submit"), keys: ["Enter"], group, run: once(() => void submit()) },
      {
        id: "workbench.submit-from-text",
        label: t("submitFromText"),
        keys: ["Mod+Enter"],
        inText: true,
        group,
        run: once(() => void submit()),
      },
      {
        id: "workbench.skip",
        label: t("skip.title"),
        keys: ["Mod+Shift+s"],
        group,
        run: once(() => open("skip")),
      },
      {
        id: "workbench.previous",
        label: t("previous"),
        keys: ["Mod+Backspace"],
        group,
        run: once(() => void session.previous()),
      },
      {
        id: "workbench.instructions",
        label: t("instructions.title"),
        keys: ["Mod+i"],
        group,
        run: once(() => setInstructions((opened) => !opened)),
      },
      { id: "workbench.undo", label: t("undo"), keys: ["Mod+z"], group, run: () => void document()?.undo() },
      {
        id: "workbench.redo",
        label: t("redo"),
        keys: ["Mod+Shift+z", "Mod+y"],
        group,
        run: () => void document()?.redo(),
      },
      {
        id: "workbench.palette",
        label: t("palette.title"),
        keys: ["/"],
        group,
        run: once(() => open("palette")),
      },
      {
        id: "workbench.commands",
        label: t("commands.title"),
        keys: ["?"],
        group,
        run: once(() => open("commands")),
      },
    ]);
  }, [commands, session, submit, open, setInstructions, t]);
}

/** Submit by itself once everything is answered, where the interface wants it. */
function useAutoAdvance(session: WorkbenchSession, submit: () => Promise<void>): void {
  const { t } = useTranslation("workbench");
  const task = useStore(session.store, (state) => state.task);
  const undo = useRef<string | null>(null);
  useEffect(() => {
    if (task === null || !session.advances) return;
    return task.document.subscribe((change) => {
      if (change.origin !== "human" || problemsOf(task.document, task.declaration, task.data).length > 0)
        return;
      // When the click that answered is over; the last one in a row counts.
      queueMicrotask(() => {
        if (session.store.getState().task !== task) return;
        void submit();
        if (undo.current !== null) notifications.hide(undo.current);
        undo.current = notifications.show({
          message: (
            <Button size="compact-xs" variant="subtle" onClick={() => void session.previous()}>
              {t("undoSubmit")}
            </Button>
          ),
          autoClose: 4000,
          closeButtonProps: { "aria-label": t("close") },
        });
      });
    });
  }, [task, session, submit, t]);
}
