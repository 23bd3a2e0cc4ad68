import { type ReactNode, useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Markdown } from "@/components/markdown/Markdown";
import { useEditorTask } from "@/editor-core/react";
import type { AnswerProblem } from "@/editor-core/task";
import type { PlacedField } from "@/editors/contract";
import classes from "@/editors/forms/Forms.module.css";
import { fieldTitle, helpText } from "@/interface/texts";

interface RowParts {
  readonly labelId: string;
  readonly describedBy: string | undefined;
}

interface FieldRowProps {
  readonly placed: PlacedField;
  readonly problems: readonly AnswerProblem[];
  /** Pointer into the answer whose revealing reveals the row: the field's own unless said otherwise. */
  readonly revealedBy?: string | undefined;
  /** Stands below the widget. */
  readonly marks?: ReactNode;
  readonly children: (parts: RowParts) => ReactNode;
}

/** Where the answer is given; what comes first when there are several. */
const FOCUSED_FIRST = [
  "[data-first-focus]",
  "textarea, .cm-content",
  "input:checked",
  "input, [role=tree], [role=listbox], button, [tabindex='0']",
];

/** A field's title, help and problems around its widget. Revealing its pointer scrolls to it and focuses it. */
export function FieldRow({ placed, problems, revealedBy, marks, children }: FieldRowProps) {
  const { t, i18n } = useTranslation("forms");
  const task = useEditorTask();
  const row = useRef<HTMLDivElement>(null);
  const [labelId, helpId, problemId] = [useId(), useId(), useId()];
  const { field, pointer } = placed;
  const place = revealedBy ?? pointer;
  const isGroup = field.type === "group";
  const help = helpText(field, i18n.language);
  useEffect(
    () =>
      task.onReveal((id) => {
        const isWithin = id.startsWith(`${place}/`) || id.startsWith(`${place}#`);
        if (row.current === null || !(id === place || (isWithin && !isGroup))) return;
        row.current.scrollIntoView({ block: "nearest" });
        if (!isGroup && !row.current.contains(document.activeElement)) focusIn(row.current);
      }),
    [task, place, isGroup],
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
      {marks}
      <div id={problemId} aria-live="polite">
        <Problems problems={problems} />
      </div>
    </div>
  );
}

/** What is wrong, a sentence each. */
export function Problems({ problems }: { readonly problems: readonly AnswerProblem[] }) {
  const { t } = useTranslation("forms");
  return problems.map((problem) => (
    <p key={`${problem.path} ${problem.rule}`} className={classes.problem}>
      {problem.values === undefined
        ? problem.message
        : t(`problems.${problem.message}`, { ...problem.values, defaultValue: t("problems.other") })}
    </p>
  ));
}

function focusIn(row: HTMLElement): void {
  for (const selector of FOCUSED_FIRST) {
    const found = row.querySelector<HTMLElement>(selector);
    if (found === null) continue;
    found.focus();
    return;
  }
}
