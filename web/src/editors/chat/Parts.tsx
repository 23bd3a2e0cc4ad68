import { IconAlertTriangle, IconBrain, IconCornerDownRight, IconTool } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Markdown } from "@/components/markdown/Markdown";
import { useEditorTask } from "@/editor-core/react";
import classes from "@/editors/chat/Chat.module.css";
import { fileAddress, type Part, prettyJson } from "@/editors/chat/conversation";
import type { Json } from "@/interface/declaration";

interface PartsProps {
  readonly parts: readonly Part[];
  /** Name of the tool behind each call. */
  readonly tools: ReadonlyMap<string, string>;
}

/** What a message holds, piece by piece. */
export function Parts({ parts, tools }: PartsProps) {
  return parts.map((part, index) => <PartView key={index} part={part} tools={tools} />);
}

function PartView({ part, tools }: { readonly part: Part; readonly tools: PartsProps["tools"] }) {
  const { t } = useTranslation("chat");
  const { media } = useEditorTask();
  switch (part.kind) {
    case "text":
      return <Markdown text={part.text} media={media} />;
    case "reasoning":
      return (
        <Fold icon={<IconBrain size={14} aria-hidden />} title={t("reasoning")}>
          {() => <Markdown text={part.text} media={media} />}
        </Fold>
      );
    case "toolCall":
      return <ToolCall name={part.name} input={part.input} />;
    case "toolResult":
      return <ToolResult name={part.call && tools.get(part.call)} parts={part.parts} tools={tools} />;
    case "unknown":
      return (
        <Fold icon={<IconAlertTriangle size={14} aria-hidden />} title={t("unknownPart")}>
          {() => <JsonText value={part.value} label={t("unknownPart")} />}
        </Fold>
      );
    default:
      return <FileView part={part} />;
  }
}

function ToolCall({ name, input }: { readonly name: string; readonly input: Json }) {
  const { t } = useTranslation("chat");
  const isEmpty = input === null || prettyJson(input) === "{}";
  return (
    <section className={classes.tool} aria-label={t("toolCall", { name })}>
      <div className={classes.toolHead}>
        <IconTool size={14} aria-hidden />
        <code>{name}</code>
        {!isEmpty && <span className={classes.brief}>{briefly(input)}</span>}
      </div>
      {!isEmpty && (
        <Fold title={t("arguments")}>{() => <JsonText value={input} label={t("arguments")} />}</Fold>
      )}
    </section>
  );
}

function ToolResult({ name, parts, tools }: PartsProps & { readonly name: string | undefined }) {
  const { t } = useTranslation("chat");
  const only = parts.length === 1 ? parts[0] : undefined;
  const json = only?.kind === "text" ? jsonOf(only.text) : undefined;
  return (
    <div className={classes.tool}>
      <div className={classes.toolHead}>
        <IconCornerDownRight size={14} aria-hidden />
        <span>{t("toolResult")}</span>
        {name !== undefined && <code>{name}</code>}
      </div>
      <div className={classes.toolBody}>
        {json === undefined ? (
          <Parts parts={parts} tools={tools} />
        ) : (
          <JsonText value={json} label={t("toolResult")} />
        )}
      </div>
    </div>
  );
}

/** JSON of several members on one line, as much as fits. */
function briefly(input: Json): string {
  return (typeof input === "string" ? input : JSON.stringify(input)).slice(0, 200);
}

/** An object or list that is written in a text; tools often answer so. */
function jsonOf(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

export function JsonText({ value, label }: { readonly value: Json; readonly label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
    <section className={classes.json} tabIndex={0} aria-label={label}>
      <pre>{prettyJson(value)}</pre>
    </section>
  );
}

type FilePart = Extract<Part, { reference: Json }>;

function FileView({ part }: { readonly part: FilePart }) {
  const { t } = useTranslation("chat");
  const { media } = useEditorTask();
  const address = fileAddress(part.reference, media);
  if (address === undefined) {
    return (
      <p className={classes.noFile}>
        {t("noFile")} <code>{prettyJson(part.reference).slice(0, 300)}</code>
      </p>
    );
  }
  switch (part.kind) {
    case "image":
      return <img className={classes.image} src={address} alt={part.name} loading="lazy" decoding="async" />;
    case "audio":
      // biome-ignore lint/a11y/useMediaCaption: the customer's data has none
      return <audio className={classes.sound} src={address} controls preload="metadata" />;
    case "video":
      // biome-ignore lint/a11y/useMediaCaption: the customer's data has none
      return <video className={classes.image} src={address} controls preload="metadata" />;
    case "file":
      return (
        <a href={address} target="_blank" rel="noreferrer">
          {part.name || t("openFile")}
        </a>
      );
  }
}

interface FoldProps {
  readonly title: string;
  readonly icon?: ReactNode;
  /** Made when it is first opened: it may be large. */
  readonly children: () => ReactNode;
}

/** Something that is folded away until somebody wants it. */
export function Fold({ title, icon, children }: FoldProps) {
  const [wasOpen, setWasOpen] = useState(false);
  return (
    <details className={classes.fold} onToggle={(event) => setWasOpen(wasOpen || event.currentTarget.open)}>
      <summary>
        {icon} {title}
      </summary>
      {wasOpen && children()}
    </details>
  );
}
