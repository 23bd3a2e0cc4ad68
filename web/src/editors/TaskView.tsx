import { Alert, Button, Loader } from "@mantine/core";
import { Suspense, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useEditorTask } from "@/editor-core/react";
import { EditorErrorBoundary } from "@/editors/EditorErrorBoundary";
import { FieldForm } from "@/editors/forms/FieldForm";
import { GroupEntry } from "@/editors/forms/GroupEntry";
import { forgetChanged } from "@/editors/forms/shown-problems";
import { layoutOf, type TaskLayout } from "@/editors/layout";
import { PanelDivider } from "@/editors/PanelDivider";
import { inputEditor } from "@/editors/registry";
import classes from "@/editors/TaskView.module.css";
import type { InputDeclaration } from "@/interface/declaration";
import { valueAt } from "@/interface/source";
import { fieldTitle } from "@/interface/texts";

/** An open task: its inputs in their editors, its fields in their forms. The EditorTask comes from context. */
export function TaskView() {
  const { t } = useTranslation("forms");
  const task = useEditorTask();
  const layout = useMemo(() => layoutOf(task), [task]);
  const view = useRef<HTMLDivElement>(null);
  useEffect(() => forgetChanged(task), [task]);
  return (
    <div
      ref={view}
      className={classes.view}
      data-calm={layout.isCalm || undefined}
      data-compares={layout.compared.length > 0 || undefined}
    >
      <div className={classes.inputs}>
        {layout.inputs.map((input) => (
          <InputView key={`${task.id} ${input.name}`} input={input} layout={layout} />
        ))}
        {layout.compared.length > 0 && <Compared layout={layout} />}
      </div>
      {!layout.isCalm && layout.panel.length > 0 && <PanelDivider view={view} />}
      {layout.panel.length > 0 && (
        <section className={classes.panel} aria-label={t("fields")}>
          <FieldForm key={task.id} fields={layout.panel} />
        </section>
      )}
    </div>
  );
}

function Compared({ layout }: { readonly layout: TaskLayout }) {
  const { t, i18n } = useTranslation("forms");
  // What a model is called must not be seen where its answers are compared.
  const title = (input: InputDeclaration, index: number) =>
    layout.isBlind || input.title === undefined
      ? t("response", { number: index + 1 })
      : fieldTitle(input, i18n.language);
  return (
    <div className={classes.compared}>
      {layout.compared.map((input, index) => (
        <section key={input.name} className={classes.column} aria-label={title(input, index)}>
          <h3 className={classes.heading}>{title(input, index)}</h3>
          <InputView input={input} layout={layout} />
          {layout.perCompared.length > 0 && (
            <div className={classes.columnFields}>
              {layout.perCompared.map((placed) => (
                <GroupEntry key={placed.pointer} placed={placed} element={input.name} />
              ))}
            </div>
          )}
        </section>
      ))}
    </div>
  );
}

function InputView({ input, layout }: { readonly input: InputDeclaration; readonly layout: TaskLayout }) {
  const { t, i18n } = useTranslation("forms");
  const { data } = useEditorTask();
  const Editor = inputEditor(input.type);
  const value = useMemo(() => valueAt(input.source, data), [input, data]);
  const fields = useMemo(() => layout.fieldsOn(input), [layout, input]);
  const groups = useMemo(() => layout.groupsThrough(input), [layout, input]);
  const broken = (retry: () => void) => (
    <Alert color="red" title={t("brokenInput", { name: fieldTitle(input, i18n.language) })}>
      <p>{t("brokenAdvice")}</p>
      <Button size="xs" variant="default" onClick={retry}>
        {t("tryAgain")}
      </Button>
    </Alert>
  );
  return (
    <div className={classes.input}>
      <EditorErrorBoundary fallback={broken}>
        <Suspense fallback={<Loader size="sm" m="auto" />}>
          <Editor input={input} value={value} fields={fields} groups={groups} />
        </Suspense>
      </EditorErrorBoundary>
    </div>
  );
}
