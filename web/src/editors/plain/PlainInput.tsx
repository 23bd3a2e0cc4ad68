import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { SandboxedHtml } from "@/components/SandboxedHtml";
import { useEditorTask } from "@/editor-core/react";
import type { InputEditorProps } from "@/editors/contract";
import { CodeInput } from "@/editors/plain/CodeInput";
import { ElementCards } from "@/editors/plain/ElementCards";
import { JsonTree } from "@/editors/plain/JsonTree";
import { MediaInput } from "@/editors/plain/MediaInput";
import { Note } from "@/editors/plain/Note";
import classes from "@/editors/plain/Plain.module.css";
import { RowTable } from "@/editors/plain/RowTable";
import { rowsOf } from "@/editors/plain/rows";
import { TimeseriesInput } from "@/editors/plain/TimeseriesInput";
import type { Json } from "@/interface/declaration";
import { elementsIn } from "@/interface/elements";

/** What the elements of an input are called, for inputs that groups can go through. */
const ELEMENTS = { trajectory: "step", table: "row", document: "page", pointcloud: "frame" } as const;

/** Shows an input to read, watch or listen to: every type that has no editor of its own. */
export function PlainInput(props: InputEditorProps) {
  const { t } = useTranslation("plain");
  const { input, value, fields } = props;
  const label = t(`type.${input.type}`);
  const isMissing = value === undefined || value === null;
  return (
    <section className={classes.plain} aria-label={label} data-input={input.type}>
      {isMissing ? <Note text={t("missing")} /> : <Value {...props} value={value} label={label} />}
      {fields.length > 0 && <Note text={t("noMarking")} />}
    </section>
  );
}

type ValueProps = InputEditorProps & { readonly value: Json; readonly label: string };

function Value(props: ValueProps) {
  const { input, value, groups, label } = props;
  const { data } = useEditorTask();
  switch (input.type) {
    case "html":
      return typeof value === "string" ? (
        <SandboxedHtml html={value} title={label} />
      ) : (
        <Unexpected {...props} />
      );
    case "code":
      return typeof value === "string" ? (
        <CodeInput input={input} text={value} label={label} />
      ) : (
        <Unexpected {...props} />
      );
    case "audio":
    case "video":
      return <MediaInput type={input.type} value={value} label={label} />;
    case "document":
    case "pointcloud":
      return (
        <>
          <MediaInput type={input.type} value={value} label={label} />
          {groups.length > 0 && <Cards {...props} />}
        </>
      );
    case "timeseries":
      return <TimeseriesInput value={value} label={label} />;
    case "trajectory":
      return elementsIn(input, data).length > 0 ? <Cards {...props} /> : <Unexpected {...props} />;
    default:
      return <Table {...props} />;
  }
}

/** The input's elements, each with what is asked about it. */
function Cards({ input, groups, label }: ValueProps) {
  const called = input.type in ELEMENTS ? ELEMENTS[input.type as keyof typeof ELEMENTS] : "row";
  return <ElementCards input={input} groups={groups} called={called} label={label} />;
}

/** Rows as a table, anything else as a tree; rows that something is asked about as cards. */
function Table(props: ValueProps) {
  const { value, groups, label } = props;
  const rows = useMemo(() => rowsOf(value), [value]);
  if (groups.length > 0) return <Cards {...props} />;
  return rows === null ? <JsonTree value={value} label={label} /> : <RowTable rows={rows} label={label} />;
}

/** A value of another kind than its type says, as it is stored. */
function Unexpected({ value, label }: ValueProps) {
  const { t } = useTranslation("plain");
  return (
    <>
      <Note text={t("unexpected")} />
      <JsonTree value={value} label={label} />
    </>
  );
}
