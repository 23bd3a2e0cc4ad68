import { SegmentedControl, Textarea } from "@mantine/core";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Markdown } from "@/components/markdown/Markdown";
import { WordDiff } from "@/components/WordDiff";
import { useEditorTask } from "@/editor-core/react";
import classes from "@/editors/forms/Forms.module.css";
import { leaveByEscape } from "@/editors/forms/leaving";
import type { WidgetProps } from "@/editors/forms/widget";
import { CodeWriting } from "@/editors/registry";
import type { TextField } from "@/interface/declaration";
import { valueAt } from "@/interface/source";
import { codePointCount } from "@/interface/validation";

/** What a rewrite starts from: `ui.initial`, a text or a source such as "$.draft". */
function useInitialText(field: TextField): string | undefined {
  const { data } = useEditorTask();
  const initial = field.ui?.initial;
  if (typeof initial !== "string") return undefined;
  const value = initial.startsWith("$") ? valueAt(initial, data) : initial;
  return typeof value === "string" ? value : undefined;
}

export function TextWidget({ field, binding, labelId, describedBy, isInvalid }: WidgetProps<TextField>) {
  const { t } = useTranslation("forms");
  const [isPreview, setIsPreview] = useState(false);
  const initial = useInitialText(field);
  const given = typeof binding.value === "string" ? binding.value : undefined;
  const text = given ?? "";
  const isShort = field.format === undefined || field.format === "plain";
  const write = (next: string) => binding.set(next === "" ? undefined : next, true);
  return (
    <div>
      {initial !== undefined && given === undefined && !binding.readOnly && (
        <button type="button" className={classes.plainButton} onClick={() => binding.set(initial)}>
          {t("startFromText")}
        </button>
      )}
      {field.format === "markdown" && (
        <SegmentedControl
          size="xs"
          mb={4}
          aria-label={t("writeOrPreview")}
          value={isPreview ? "preview" : "write"}
          onChange={(value) => setIsPreview(value === "preview")}
          data={[
            { value: "write", label: t("write") },
            { value: "preview", label: t("preview") },
          ]}
        />
      )}
      {isPreview && (
        <div className={classes.preview}>
          <Markdown text={text} />
        </div>
      )}
      {!isPreview && field.format === "code" && (
        <Suspense>
          <CodeWriting
            text={text}
            language={typeof field.language === "string" ? field.language : undefined}
            labelId={labelId}
            describedBy={describedBy}
            readOnly={binding.readOnly}
            onChange={write}
            onLeave={binding.endTyping}
          />
        </Suspense>
      )}
      {!isPreview && field.format !== "code" && (
        <Textarea
          rows={isShort ? 1 : 3}
          resize="vertical"
          classNames={{ input: isShort ? classes.line : classes.writing }}
          value={text}
          readOnly={binding.readOnly}
          aria-labelledby={labelId}
          attributes={{ input: { "aria-describedby": describedBy } }}
          error={isInvalid}
          onChange={(event) => write(event.currentTarget.value)}
          onBlur={binding.endTyping}
          onKeyDown={leaveByEscape}
        />
      )}
      <TextCounter field={field} text={text} />
      {field.ui?.diff === true && initial !== undefined && given !== undefined && (
        <WordDiff before={initial} after={text} />
      )}
    </div>
  );
}

function TextCounter({ field, text }: { readonly field: TextField; readonly text: string }) {
  const { t } = useTranslation("forms");
  const least = field.min_length ?? 1;
  if (typeof field.max_length !== "number" && least <= 1) return null;
  const count = codePointCount(text);
  const isWrong = text !== "" && (count < least || count > (field.max_length ?? Infinity));
  return (
    <p className={classes.counter} data-wrong={isWrong || undefined}>
      {typeof field.max_length === "number"
        ? t("countOf", { count, most: field.max_length })
        : t("countAtLeast", { count, least })}
    </p>
  );
}
