import { type ReactNode, useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Markdown } from "@/components/markdown/Markdown";
import { pointerOf } from "@/editor-core/changes";
import { useEditorTask } from "@/editor-core/react";
import type { AnswerProblem } from "@/editor-core/task";
import type { PlacedField } from "@/editors/contract";
import classes from "@/editors/forms/Forms.module.css";
import { OverlayMarks } from "@/editors/forms/OverlayMarks";
import { fieldTitle, helpText } from "@/interface/texts";

interface RowParts {
  readonly labelId: string;
  readonly describedBy: string | undefined;
}

interface FieldRowProps {
  readonly placed: PlacedField;
  readonly problems: readonly AnswerProblem[];
  readonly children: (parts: RowParts) => ReactNode;
}

/** A field's title, help and problems around its widget. Revealing its pointer scrolls to it and focuses it. */
export function FieldRow({ placed, problems, children }: FieldRowProps) {
  const { t, i18n } = useTranslation("forms");
  const task = useEditorTask();
  const row = useRef<HTMLDivElement>(null);
  const [labelId, helpId, problemId] = [useId(), useId(), useId()];
  const { field, pointer } = placed;
  const help = helpText(field, i18n.language);
  useEffect(
    () =>
      task.onReveal((id) => {
        if (pointerOf(id) !== pointer || row.current === null) return;
        row.current.scrollIntoView({ block: "nearest" });
        row.current.querySelector<HTMLElement>("input,textarea,[tabindex='0'],.cm-content")?.focus();
      }),
    [task, pointer],
  );
  const describedBy = [help && helpId, problems.length > 0 && problemId].filter(Boolean).join(" ");
  return (
    <div
      ref={row}
      className={classes.field}
      data-pointer={pointer}
      data-invalid={problems.length > 0 || undefined}
    >
      <div className={classes.label} id={labelId}>
        {fieldTitle(field, i18n.language)}
        {field.required === false ? (
          <span className={classes.optional}> {t("optional")}</span>
        ) : (
          <span className={classes.required} aria-hidden>
            {" *"}
          </span>
        )}
      </div>
      {help !== undefined && (
        <div id={helpId} className={classes.help}>
          <Markdown text={help} />
        </div>
      )}
      {children({ labelId, describedBy: describedBy === "" ? undefined : describedBy })}
      <OverlayMarks placed={placed} />
      <div id={problemId} aria-live="polite">
        {problems.map((problem) => (
          <p key={`${problem.path} ${problem.rule}`} className={classes.problem}>
            {problem.values === undefined
              ? problem.message
              : t(`problems.${problem.message}`, { ...problem.values, defaultValue: t("problems.other") })}
          </p>
        ))}
      </div>
    </div>
  );
}
