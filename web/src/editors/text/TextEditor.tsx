import { Alert } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useEditorTask } from "@/editor-core/react";
import type { InputEditorProps } from "@/editors/contract";
import { TextWorkspace } from "@/editors/text/TextWorkspace";
import { TextSession } from "@/editors/text/text-session";
import { fieldTitle } from "@/interface/texts";

/** A text with its spans and the relations between them; see docs/task-interface.md for what they are. */
export function TextEditor({ input, value, fields }: InputEditorProps) {
  const { t, i18n } = useTranslation("text");
  const task = useEditorTask();
  // A task's fields do not change while it is open; the list that holds them may be a new one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const session = useMemo(
    () => (typeof value === "string" ? new TextSession(task, value, fields) : null),
    [task, value],
  );
  const title = fieldTitle(input, i18n.language);
  if (session === null) return <Alert color="yellow">{t("noText", { input: title })}</Alert>;
  return <TextWorkspace key={task.id} session={session} title={title} />;
}
