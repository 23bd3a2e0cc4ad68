import { useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useEditorTask } from "@/editor-core/react";
import classes from "@/editors/forms/Forms.module.css";
import { useFieldKeys } from "@/editors/forms/field-keys";
import { moveAmongOptions, OptionButton } from "@/editors/forms/OptionButton";
import type { WidgetProps } from "@/editors/forms/widget";
import type { RatingField } from "@/interface/declaration";
import { fieldTitle } from "@/interface/texts";

/** The names of so many steps fit below them; those of more stand in a row of their own. */
const MOST_NAMED_BELOW = 7;

/** The steps of a scale in a row, their names below them. */
export function RatingWidget(props: WidgetProps<RatingField>) {
  const { field, path, binding, labelId, describedBy, isInvalid } = props;
  const { i18n } = useTranslation("forms");
  const task = useEditorTask();
  const frame = useRef<HTMLDivElement>(null);
  const group = useId();
  const least = field.min ?? 1;
  const steps = Array.from({ length: (field.max ?? 5) - least + 1 }, (_, index) => least + index);
  const name = (step: number) => field.labels?.[String(step)];
  const pick = (step: number) => binding.set(binding.value === step ? undefined : step);
  const keys = useFieldKeys(task, {
    path,
    heading: fieldTitle(field, i18n.language),
    language: i18n.language,
    options: steps.map((step) => ({ value: String(step), label: name(step) ?? String(step) })),
    pick: (value) => pick(Number(value)),
    isAnswered: () => binding.value !== undefined,
    element: () => frame.current,
  });
  const isBelow = steps.length <= MOST_NAMED_BELOW;
  const named = steps.filter((step) => name(step) !== undefined);
  return (
    <div ref={frame}>
      <div
        className={classes.scale}
        role="radiogroup"
        aria-labelledby={labelId}
        aria-describedby={describedBy}
        aria-invalid={isInvalid || undefined}
        onKeyDown={moveAmongOptions}
      >
        {steps.map((step) => (
          <OptionButton
            key={step}
            label={String(step)}
            name={group}
            hotkey={keys.get(String(step))}
            isPicked={binding.value === step}
            isMulti={false}
            isDisabled={binding.readOnly}
            help={name(step)}
            onPick={() => pick(step)}
          />
        ))}
      </div>
      {named.length > 0 && (
        <div className={classes.stepNames} data-below={isBelow || undefined} aria-hidden>
          {(isBelow ? steps : named).map((step) => (
            <span key={step} data-picked={binding.value === step || undefined}>
              {isBelow ? name(step) : `${step} ${name(step)}`}
            </span>
          ))}
        </div>
      )}
    </div>
  );
}
