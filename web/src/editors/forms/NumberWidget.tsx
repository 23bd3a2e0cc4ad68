import { TextInput } from "@mantine/core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "@/editors/forms/Forms.module.css";
import { leaveByEscape } from "@/editors/forms/leaving";
import { formatNumber, parseNumber } from "@/editors/forms/number-text";
import type { WidgetProps } from "@/editors/forms/widget";
import type { NumberField } from "@/interface/declaration";

/** A quantity; the arrow keys go up and down by one, with Shift by ten. */
export function NumberWidget({ field, binding, labelId, describedBy, isInvalid }: WidgetProps<NumberField>) {
  const { t, i18n } = useTranslation("forms");
  const errorId = useId();
  const [written, setWritten] = useState<string | null>(null);
  const value = typeof binding.value === "number" ? binding.value : undefined;
  const isUnreadable =
    written !== null && written.trim() !== "" && parseNumber(written, i18n.language) === undefined;
  const descriptions = [describedBy, isUnreadable && errorId].filter(Boolean).join(" ");
  const shown = written ?? (value === undefined ? "" : formatNumber(value, i18n.language));
  const step = (by: number) => {
    const next = Math.min(field.max ?? Infinity, Math.max(field.min ?? -Infinity, (value ?? 0) + by));
    setWritten(null);
    binding.set(Number(next.toPrecision(15)), true);
  };
  return (
    <TextInput
      value={shown}
      inputMode={field.integer ? "numeric" : "decimal"}
      autoComplete="off"
      readOnly={binding.readOnly}
      aria-labelledby={labelId}
      attributes={{ input: { "aria-describedby": descriptions || undefined } }}
      error={isUnreadable ? t("notANumber") : isInvalid}
      errorProps={{ id: errorId }}
      rightSection={field.unit}
      rightSectionWidth={field.unit ? `${field.unit.length + 3}ch` : undefined}
      rightSectionPointerEvents="none"
      className={classes.number}
      onChange={(event) => {
        setWritten(event.currentTarget.value);
        binding.set(parseNumber(event.currentTarget.value, i18n.language), true);
      }}
      onKeyDown={(event) => {
        leaveByEscape(event);
        const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
        if (direction === undefined || binding.readOnly) return;
        event.preventDefault();
        step(direction * (event.shiftKey ? 10 : 1));
      }}
      onBlur={() => {
        if (!isUnreadable) setWritten(null);
        binding.endTyping();
      }}
    />
  );
}
