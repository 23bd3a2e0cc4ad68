import { TextInput } from "@mantine/core";
import { useId, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEditorTask } from "@/editor-core/react";
import classes from "@/editors/forms/Forms.module.css";
import { useFieldKeys } from "@/editors/forms/field-keys";
import { moveAmongOptions, OptionButton } from "@/editors/forms/OptionButton";
import type { WidgetProps } from "@/editors/forms/widget";
import type { ChoiceField, Json, OptionDeclaration } from "@/interface/declaration";
import { helpText, optionTitle } from "@/interface/texts";

/** More options than this are searched, not all shown. */
const MOST_BUTTONS = 12;
const MOST_FOUND = 100;

interface Row {
  readonly option: OptionDeclaration;
  readonly label: string;
  /** Titles from the top of the taxonomy down to the option. */
  readonly trail: string;
  readonly depth: number;
  readonly canBePicked: boolean;
}

function rowsOf(field: ChoiceField, language: string): readonly Row[] {
  const rows: Row[] = [];
  const visit = (options: readonly OptionDeclaration[], depth: number, above: string) => {
    for (const option of options) {
      const label = optionTitle(option, language);
      const trail = above === "" ? label : `${above} › ${label}`;
      const children = option.options ?? [];
      const canBePicked = children.length === 0 || field.leaves_only !== true;
      rows.push({ option, label, trail, depth, canBePicked });
      visit(children, depth + 1, trail);
    }
  };
  visit(field.options, 0, "");
  return rows;
}

/** The value after an option was picked; picking it again takes it away. Several keep the declared order. */
export function afterPick(
  field: ChoiceField,
  value: Json | undefined,
  picked: string,
  order: readonly string[],
) {
  if (field.multi !== true) return value === picked ? undefined : picked;
  const before = Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
  const after = before.includes(picked) ? before.filter((each) => each !== picked) : [...before, picked];
  const sorted = order.filter((each) => after.includes(each));
  return sorted.length === 0 ? undefined : sorted;
}

export function ChoiceWidget({
  field,
  path,
  binding,
  labelId,
  describedBy,
  isInvalid,
}: WidgetProps<ChoiceField>) {
  const { t, i18n } = useTranslation("forms");
  const task = useEditorTask();
  const frame = useRef<HTMLDivElement>(null);
  const listId = useId();
  const [search, setSearch] = useState("");
  const rows = useMemo(() => rowsOf(field, i18n.language), [field, i18n.language]);
  const order = useMemo(() => rows.map(({ option }) => option.value), [rows]);
  const pick = (value: string) => binding.set(afterPick(field, binding.value, value, order));
  const keys = useFieldKeys(task, {
    path,
    heading: field.title ?? field.name,
    options: rows
      .filter((row) => row.canBePicked)
      .map(({ option, label }) => ({ value: option.value, label })),
    pick,
    isAnswered: () => binding.value !== undefined,
    element: () => frame.current,
  });
  const picked = new Set(Array.isArray(binding.value) ? binding.value : [binding.value]);
  const isSearched = rows.length > MOST_BUTTONS;
  const wanted = search.trim().toLowerCase();
  const found = rows.filter(({ trail }) => trail.toLowerCase().includes(wanted)).slice(0, MOST_FOUND);
  const chosen = rows.filter(({ option }) => picked.has(option.value));
  const isTree = rows.some(({ depth }) => depth > 0);
  const tabStop =
    found.find(({ option }) => picked.has(option.value)) ?? found.find((row) => row.canBePicked);
  return (
    <div ref={frame}>
      {isTree && chosen.length > 0 && (
        <p className={classes.trail} aria-live="polite">
          {chosen.map(({ trail }) => trail).join(" · ")}
        </p>
      )}
      {isSearched && (
        <TextInput
          size="xs"
          mb={6}
          value={search}
          aria-label={t("searchOptions")}
          aria-controls={listId}
          placeholder={t("searchOptions")}
          onChange={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={(event) => {
            const first = found.find((row) => row.canBePicked);
            if (event.key !== "Enter" || first === undefined) return;
            event.preventDefault();
            event.stopPropagation();
            if (!binding.readOnly) pick(first.option.value);
            setSearch("");
          }}
        />
      )}
      <div
        id={listId}
        className={classes.options}
        data-ordinal={field.ordinal || undefined}
        data-searched={isSearched || isTree || undefined}
        role={field.multi ? "group" : "radiogroup"}
        aria-labelledby={labelId}
        aria-describedby={describedBy}
        {...(field.multi ? {} : { "aria-invalid": isInvalid || undefined })}
        onKeyDown={moveAmongOptions}
      >
        {found.map((row) =>
          row.canBePicked ? (
            <div
              key={row.option.value}
              className={classes.optionCell}
              style={{ marginInlineStart: row.depth * 16 }}
            >
              <OptionButton
                label={row.label}
                hotkey={keys.get(row.option.value)}
                isPicked={picked.has(row.option.value)}
                isMulti={field.multi === true}
                isDisabled={binding.readOnly}
                color={safeColor(row.option.color)}
                help={helpText(row.option, i18n.language)}
                isTabStop={row === tabStop}
                onPick={() => pick(row.option.value)}
              />
            </div>
          ) : (
            <div
              key={row.option.value}
              className={classes.branch}
              style={{ marginInlineStart: row.depth * 16 }}
            >
              {row.label}
            </div>
          ),
        )}
        {found.length === 0 && <p className={classes.hint}>{t("noOption")}</p>}
      </div>
    </div>
  );
}

function safeColor(color: string | undefined): string | undefined {
  return color !== undefined && /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(color) ? color : undefined;
}
