import { Kbd } from "@mantine/core";
import classes from "@/editors/forms/Forms.module.css";

interface OptionButtonProps {
  readonly label: string;
  readonly hotkey: string | undefined;
  readonly isPicked: boolean;
  readonly isMulti: boolean;
  readonly isDisabled: boolean;
  readonly color?: string | undefined;
  readonly help?: string | undefined;
  /** Only one button of a single choice is reached by Tab; arrows go to the others. */
  readonly isTabStop: boolean;
  readonly onPick: () => void;
}

/** One option, its key printed on it. */
export function OptionButton(props: OptionButtonProps) {
  const { label, hotkey, isPicked, isMulti, isDisabled, color, help, isTabStop, onPick } = props;
  return (
    <button
      type="button"
      className={classes.option}
      role={isMulti ? "checkbox" : "radio"}
      aria-checked={isPicked}
      aria-disabled={isDisabled || undefined}
      aria-keyshortcuts={hotkey}
      title={help}
      tabIndex={isMulti || isTabStop ? 0 : -1}
      onClick={() => !isDisabled && onPick()}
    >
      {color !== undefined && <span className={classes.swatch} style={{ background: color }} />}
      <span className={classes.optionLabel}>{label}</span>
      {hotkey !== undefined && (
        <Kbd className={classes.key} aria-hidden>
          {hotkey}
        </Kbd>
      )}
    </button>
  );
}

/** Arrow keys move the focus among the options of a group, as radio buttons do. */
export function moveAmongOptions(event: React.KeyboardEvent<HTMLElement>): void {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const options = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=radio],[role=checkbox]")];
  const place = options.indexOf(document.activeElement as HTMLElement);
  if (place < 0) return;
  event.preventDefault();
  event.stopPropagation();
  options[(place + step + options.length) % options.length]?.focus();
}
