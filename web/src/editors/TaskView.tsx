import { Alert, Button, Loader } from "@mantine/core";
import { type KeyboardEvent, type PointerEvent, Suspense, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEditorTask } from "@/editor-core/react";
import { EditorErrorBoundary } from "@/editors/EditorErrorBoundary";
import { FieldForm } from "@/editors/forms/FieldForm";
import { GroupEntry } from "@/editors/forms/GroupEntry";
import { layoutOf, type TaskLayout } from "@/editors/layout";
import { inputEditor } from "@/editors/registry";
import classes from "@/editors/TaskView.module.css";
import type { InputDeclaration } from "@/interface/declaration";
import { valueAt } from "@/interface/source";
import { fieldTitle } from "@/interface/texts";

const STORED = "assay.panelWidth";
const [NARROWEST, WIDEST, USUAL] = [260, 720, 360];

/** An open task: its inputs in their editors, its fields in their forms. The EditorTask comes from context. */
export function TaskView() {
  const { t } = useTranslation("forms");
  const task = useEditorTask();
  const layout = useMemo(() => layoutOf(task), [task]);
  const view = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(storedWidth);
  return (
    <div ref={view} className={classes.view} data-calm={layout.isCalm || undefined}>
      <div className={classes.inputs}>
        {layout.inputs.map((input) => (
          <InputView key={`${task.id} ${input.name}`} input={input} layout={layout} />
        ))}
        {layout.compared.length > 0 && <Compared layout={layout} />}
      </div>
      {!layout.isCalm && layout.panel.length > 0 && (
        <Divider view={view.current} width={width} onWidth={setWidth} />
      )}
      {layout.panel.length > 0 && (
        <section
          className={classes.panel}
          aria-label={t("fields")}
          style={layout.isCalm ? {} : { ["--panel-width" as string]: `${width}px` }}
        >
          <FieldForm key={task.id} fields={layout.panel} />
        </section>
      )}
    </div>
  );
}

function Compared({ layout }: { readonly layout: TaskLayout }) {
  const { t } = useTranslation("forms");
  return (
    <div className={classes.compared}>
      {layout.compared.map((input, index) => (
        <section
          key={input.name}
          className={classes.column}
          aria-label={t("response", { number: index + 1 })}
        >
          <h3 className={classes.heading}>{t("response", { number: index + 1 })}</h3>
          <InputView input={input} layout={layout} />
          {layout.perCompared.map((placed) => (
            <GroupEntry key={placed.pointer} placed={placed} element={input.name} />
          ))}
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

interface DividerProps {
  readonly view: HTMLElement | null;
  readonly width: number;
  readonly onWidth: (width: number) => void;
}

/** The edge between the inputs and the questions: dragged, or moved by the arrow keys. */
function Divider({ view, width, onWidth }: DividerProps) {
  const { t } = useTranslation("forms");
  const move = (next: number) => {
    const kept = Math.round(Math.min(WIDEST, Math.max(NARROWEST, next)));
    localStorage.setItem(STORED, String(kept));
    onWidth(kept);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: 24, ArrowRight: -24 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    move(width + by);
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const parent = view ?? event.currentTarget.parentElement;
    if (parent !== null) move(parent.getBoundingClientRect().right - event.clientX);
  };
  return (
    <hr
      className={classes.divider}
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t("resize")}
      aria-valuenow={width}
      aria-valuemin={NARROWEST}
      aria-valuemax={WIDEST}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
    />
  );
}

function storedWidth(): number {
  const width = Number(localStorage.getItem(STORED));
  return width >= NARROWEST && width <= WIDEST ? width : USUAL;
}
