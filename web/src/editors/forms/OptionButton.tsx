import { Kbd, Tooltip } from "@mantine/core";
import type { KeyboardEvent } from "react";
import classes from "@/editors/forms/Forms.module.css";

interface OptionButtonProps {
  readonly label: string;
  /** Options with the same name are one group. */
  readonly name: string;
  readonly hotkey: string | undefined;
  readonly isPicked: boolean;
  readonly isMulti: boolean;
  readonly isDisabled: boolean;
  readonly color?: string | undefined;
  readonly help?: string | undefined;
  /** Picked, or picked once more, which takes it away. */
  readonly onPick: () => void;
}

/** One option, its key printed on it: a radio button or check box that looks like a button. */
export function OptionButton(props: OptionButtonProps) {
  const { label, name, hotkey, isPicked, isMulti, isDisabled, color, help, onPick } = props;
  const pick = () => {
    if (!isDisabled) onPick();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // A browser lets nobody take a radio button back.
    if (event.key !== " " || isMulti || !isPicked) return;
    event.preventDefault();
    pick();
  };
  return (
    <Tooltip
      label={help}
      disabled={help === undefined}
      events={HELPED_BY}
      multiline
      maw={320}
      openDelay={300}
    >
      <label className={classes.option} data-option data-locked={isDisabled || undefined}>
        <input
          className={classes.control}
          type={isMulti ? "checkbox" : "radio"}
          name={name}
          checked={isPicked}
          aria-disabled={isDisabled || undefined}
          aria-keyshortcuts={hotkey}
          aria-description={help}
          onKeyDown={onKeyDown}
          onClick={() => {
            if (!isMulti && isPicked) pick();
          }}
          onChange={pick}
        />
        {color !== undefined && <span className={classes.swatch} style={{ background: color }} />}
        <span className={classes.optionLabel}>{label}</span>
        {hotkey !== undefined && (
          <Kbd className={classes.key} aria-hidden>
            {hotkey}
          </Kbd>
        )}
      </label>
    </Tooltip>
  );
}

const HELPED_BY = { hover: true, focus: true, touch: true };

/**
 * Arrow keys move the focus among the options of a group. They pick nothing, as they do among a browser's own
 * radio buttons: an answer may be submitted as soon as it is there.
 */
export function moveAmongOptions(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const options = [...event.currentTarget.querySelectorAll<HTMLInputElement>("[data-option] input")];
  const place = options.findIndex((option) => option.matches(":focus"));
  if (place < 0) return;
  event.preventDefault();
  event.stopPropagation();
  options[(place + step + options.length) % options.length]?.focus();
}
