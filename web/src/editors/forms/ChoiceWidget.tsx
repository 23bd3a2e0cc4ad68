import { useId, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useEditorTask } from "@/editor-core/react";
import { declaredColor } from "@/editors/colors";
import classes from "@/editors/forms/Forms.module.css";
import { useFieldKeys } from "@/editors/forms/field-keys";
import { moveAmongOptions, OptionButton } from "@/editors/forms/OptionButton";
import { OptionList } from "@/editors/forms/OptionList";
import { afterPick, type OptionRow, rowsOf } from "@/editors/forms/option-rows";
import type { WidgetProps } from "@/editors/forms/widget";
import type { ChoiceField } from "@/interface/declaration";
import { fieldTitle, helpText } from "@/interface/texts";

/** More options than this are searched, not all shown. */
const MOST_BUTTONS = 12;
/** Steps of a scale stand side by side while their titles together are at most this long. */
const LONGEST_SCALE = 44;

/** One option or several: buttons when they are few, else a list; a taxonomy is a tree. */
export function ChoiceWidget(props: WidgetProps<ChoiceField>) {
  const { field, path, binding, labelId, describedBy, isInvalid } = props;
  const { i18n } = useTranslation("forms");
  const task = useEditorTask();
  const frame = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => rowsOf(field, i18n.language), [field, i18n.language]);
  const order = useMemo(() => rows.map(({ option }) => option.value), [rows]);
  const pick = (value: string) => {
    if (!binding.readOnly) binding.set(afterPick(field, binding.value, value, order));
  };
  const keys = useFieldKeys(task, {
    path,
    heading: fieldTitle(field, i18n.language),
    language: i18n.language,
    options: rows
      .filter((row) => row.canBePicked)
      .map(({ option, label }) => ({ value: option.value, label })),
    pick,
    isAnswered: () => binding.value !== undefined,
    element: () => frame.current,
  });
  const picked = new Set<unknown>(Array.isArray(binding.value) ? binding.value : [binding.value]);
  const isTree = rows.some(({ hasChildren }) => hasChildren);
  const chosen = rows.filter(({ option }) => picked.has(option.value));
  const described = { labelId, describedBy, isInvalid };
  const shared = { rows, picked, keys, isMulti: field.multi === true, onPick: pick, ...described };
  return (
    <div ref={frame}>
      {isTree && chosen.length > 0 && (
        <p className={classes.trail} aria-live="polite">
          {chosen.map(({ trail }) => trail).join(" · ")}
        </p>
      )}
      {isTree || rows.length > MOST_BUTTONS ? (
        <OptionList {...shared} />
      ) : (
        <OptionButtons {...shared} isOrdinal={field.ordinal === true} isDisabled={binding.readOnly} />
      )}
    </div>
  );
}

interface OptionButtonsProps {
  readonly rows: readonly OptionRow[];
  readonly picked: ReadonlySet<unknown>;
  readonly keys: ReadonlyMap<string, string>;
  readonly isMulti: boolean;
  readonly isOrdinal: boolean;
  readonly isDisabled: boolean;
  readonly labelId: string;
  readonly describedBy: string | undefined;
  readonly isInvalid: boolean;
  readonly onPick: (value: string) => void;
}

function OptionButtons(props: OptionButtonsProps) {
  const { rows, picked, keys, isMulti, isOrdinal, isDisabled, labelId, describedBy, isInvalid, onPick } =
    props;
  const { i18n } = useTranslation("forms");
  const name = useId();
  const buttons = rows.map(({ option, label }) => (
    <OptionButton
      key={option.value}
      label={label}
      name={name}
      hotkey={keys.get(option.value)}
      isPicked={picked.has(option.value)}
      isMulti={isMulti}
      isDisabled={isDisabled}
      color={declaredColor(option)}
      help={helpText(option, i18n.language)}
      onPick={() => onPick(option.value)}
    />
  ));
  const length = rows.reduce((sum, { label }) => sum + label.length + 4, 0);
  const scale = length > LONGEST_SCALE ? classes.tallScale : classes.scale;
  const place = {
    className: isOrdinal ? scale : classes.options,
    "aria-labelledby": labelId,
    "aria-describedby": describedBy,
    onKeyDown: moveAmongOptions,
  };
  if (isMulti) {
    return (
      // biome-ignore lint/a11y/useSemanticElements: the title of a fieldset would have to stand inside it
      <div role="group" {...place}>
        {buttons}
      </div>
    );
  }
  return (
    <div role="radiogroup" aria-invalid={isInvalid || undefined} {...place}>
      {buttons}
    </div>
  );
}
