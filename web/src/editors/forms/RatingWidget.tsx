import { useRef } from "react";
import { useEditorTask } from "@/editor-core/react";
import classes from "@/editors/forms/Forms.module.css";
import { useFieldKeys } from "@/editors/forms/field-keys";
import { moveAmongOptions, OptionButton } from "@/editors/forms/OptionButton";
import type { WidgetProps } from "@/editors/forms/widget";
import type { RatingField } from "@/interface/declaration";

/** The steps of a scale in a row, their names below them. */
export function RatingWidget({
  field,
  path,
  binding,
  labelId,
  describedBy,
  isInvalid,
}: WidgetProps<RatingField>) {
  const task = useEditorTask();
  const frame = useRef<HTMLDivElement>(null);
  const least = field.min ?? 1;
  const steps = Array.from({ length: (field.max ?? 5) - least + 1 }, (_, index) => least + index);
  const name = (step: number) => field.labels?.[String(step)];
  const pick = (step: number) => binding.set(binding.value === step ? undefined : step);
  const keys = useFieldKeys(task, {
    path,
    heading: field.title ?? field.name,
    options: steps.map((step) => ({ value: String(step), label: name(step) ?? String(step) })),
    pick: (value) => pick(Number(value)),
    isAnswered: () => binding.value !== undefined,
    element: () => frame.current,
  });
  const named = steps.filter((step) => name(step) !== undefined);
  return (
    <div ref={frame}>
      <div
        className={classes.steps}
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
            hotkey={keys.get(String(step))}
            isPicked={binding.value === step}
            isMulti={false}
            isDisabled={binding.readOnly}
            help={name(step)}
            isTabStop={binding.value === undefined ? step === least : binding.value === step}
            onPick={() => pick(step)}
          />
        ))}
      </div>
      {named.length > 0 && (
        <div className={classes.stepNames}>
          {named.map((step) => (
            <span key={step} data-picked={binding.value === step || undefined}>
              {step} {name(step)}
            </span>
          ))}
        </div>
      )}
    </div>
  );
}
