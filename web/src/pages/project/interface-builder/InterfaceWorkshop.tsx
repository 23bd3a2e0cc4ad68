import { Alert, Kbd, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ItemData } from "@/editor-core/task";
import type { InterfaceDeclaration } from "@/interface/declaration";
import classes from "@/pages/project/interface-builder/Builder.module.css";
import { DeclarationForm } from "@/pages/project/interface-builder/DeclarationForm";
import { JsonEditor } from "@/pages/project/interface-builder/JsonEditor";
import { isObject } from "@/pages/project/interface-builder/json-edits";
import { parsed } from "@/pages/project/interface-builder/json-places";
import { Preview } from "@/pages/project/interface-builder/Preview";
import type { Verdict } from "@/pages/project/interface-builder/useVerdict";

/** Form and JSON of one declaration side by side, its preview, its mistakes and its keys. */
export function InterfaceWorkshop({
  text,
  onChange,
  verdict,
  sample,
}: {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly verdict: Verdict;
  readonly sample: { readonly data: ItemData; readonly media: Readonly<Record<string, string>> };
}) {
  const { t } = useTranslation("builder");
  const declaration = parsed(text);
  const isSound = isObject(declaration) && !verdict.checking && verdict.problems.length === 0;
  return (
    <>
      <div className={classes.columns}>
        <section className={classes.side} aria-label={t("form")}>
          {isObject(declaration) ? (
            <DeclarationForm
              value={declaration}
              onChange={(value) => onChange(JSON.stringify(value, null, 2))}
            />
          ) : (
            <Text c="dimmed">{t("noJson")}</Text>
          )}
        </section>
        <section className={classes.side} aria-label={t("json")}>
          <JsonEditor text={text} label={t("json")} problems={verdict.problems} onChange={onChange} />
        </section>
      </div>
      <div aria-live="polite">
        {verdict.error !== null && <Alert color="red">{t("notChecked")}</Alert>}
        {verdict.problems.map((problem) => (
          <Text key={problem.path + problem.message} size="sm" c="red">
            {problem.path}: {problem.message}
          </Text>
        ))}
      </div>
      <Text size="sm">
        {Object.entries(verdict.hotkeys).map(([key, target]) => (
          <span key={key}>
            <Kbd size="xs">{key}</Kbd> {target.value}
            {"  "}
          </span>
        ))}
      </Text>
      {isSound && (
        <section className={classes.preview} aria-label={t("preview")}>
          <Preview
            declaration={declaration as unknown as InterfaceDeclaration}
            hotkeys={verdict.hotkeys}
            data={sample.data}
            media={sample.media}
          />
        </section>
      )}
    </>
  );
}
