import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { LongText } from "@/editors/plain/LongText";
import classes from "@/editors/plain/Plain.module.css";
import { type TreeLine, treeLines } from "@/editors/plain/tree";
import { VirtualList } from "@/editors/plain/VirtualList";
import type { Json } from "@/interface/declaration";
import { isList } from "@/interface/json";

const INDENT = 16;
const LINE_HEIGHT = 24;
const NOTHING: ReadonlySet<string> = new Set();

/** Any JSON value as a tree whose objects and lists open and close. */
export function JsonTree({ value, label }: { readonly value: Json; readonly label: string }) {
  const [toggled, setToggled] = useState(NOTHING);
  const lines = useMemo(() => treeLines(value, toggled), [value, toggled]);
  const keys = useMemo(() => lines.map(({ pointer }) => pointer), [lines]);
  const toggle = (pointer: string) =>
    setToggled((before) => (before.has(pointer) ? without(before, pointer) : new Set(before).add(pointer)));
  return (
    <div className={classes.tree}>
      <VirtualList label={label} keys={keys} usualHeight={LINE_HEIGHT}>
        {(index) => {
          const line = lines[index];
          return line && <Line line={line} toggle={toggle} />;
        }}
      </VirtualList>
    </div>
  );
}

function Line(props: { readonly line: TreeLine; readonly toggle: (pointer: string) => void }) {
  const { t } = useTranslation("plain");
  const { pointer, depth, name, value, size, isOpen } = props.line;
  const indented = { paddingInlineStart: depth * INDENT };
  if (size === undefined) {
    return (
      <div className={classes.line} style={indented}>
        <Name name={name} />
        <Scalar value={value} />
      </div>
    );
  }
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <div className={classes.line} style={indented}>
      <button
        type="button"
        className={classes.fold}
        aria-expanded={isOpen}
        onClick={() => props.toggle(pointer)}
      >
        <Chevron size={14} aria-hidden />
        <Name name={name} />
        <span className={classes.size}>{t(isList(value) ? "entries" : "members", { count: size })}</span>
      </button>
    </div>
  );
}

function Name({ name }: { readonly name: string | undefined }) {
  return name === undefined ? null : <span className={classes.name}>{name}</span>;
}

/** A text, number, boolean or null, told apart by how it looks. */
function Scalar({ value }: { readonly value: Json }) {
  if (typeof value === "string") {
    return value === "" ? <span className={classes.size}>""</span> : <LongText text={value} />;
  }
  return <span className={classes.scalar}>{String(value)}</span>;
}

function without(from: ReadonlySet<string>, pointer: string): ReadonlySet<string> {
  return new Set([...from].filter((each) => each !== pointer));
}
