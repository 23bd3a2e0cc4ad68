import { NumberInput, Switch, Text } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import classes from "@/pages/project/workflow/Workflow.module.css";
import { percentOf, shareOf } from "@/pages/project/workflow/workflow-settings";

export interface SettingIds {
  readonly "aria-labelledby": string;
  readonly "aria-describedby": string;
}

export interface SettingProps {
  /** Key of its texts: `workflow.setting.<name>` and `workflow.effect.<name>`. */
  readonly name: string;
  /** What follows from the value as it is now. */
  readonly consequence?: string;
  /** The control; it is named and described by these ids. */
  readonly children: (ids: SettingIds) => ReactNode;
}

/** A setting: what it is called, what it does, and the control. */
export function Setting({ name, consequence, children }: SettingProps) {
  const { t } = useTranslation("project");
  const label = useId();
  const effect = useId();
  return (
    <div className={classes.setting}>
      <div>
        <Text size="sm" fw={600} id={label}>
          {t(`workflow.setting.${name}`)}
        </Text>
        <Text size="sm" c="dimmed" id={effect}>
          {t(`workflow.effect.${name}`)}
          {consequence !== undefined && ` ${consequence}`}
        </Text>
      </div>
      <div>{children({ "aria-labelledby": label, "aria-describedby": effect })}</div>
    </div>
  );
}

export interface NumberSettingProps {
  readonly name: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly readOnly: boolean;
  readonly consequence?: string;
}

/** A whole number between two bounds. */
export function CountSetting(props: NumberSettingProps & { readonly bounds: readonly [number, number] }) {
  const { t } = useTranslation("project");
  const { value } = props;
  const [least, greatest] = props.bounds;
  const isValid = Number.isInteger(value) && value >= least && value <= greatest;
  return (
    <Setting name={props.name} consequence={props.consequence}>
      {(ids) => (
        <NumberInput
          {...ids}
          value={Number.isNaN(value) ? "" : value}
          onChange={(given) => props.onChange(typeof given === "number" ? given : Number.NaN)}
          min={least}
          max={greatest}
          clampBehavior="none"
          allowDecimal={false}
          readOnly={props.readOnly}
          hideControls={props.readOnly}
          error={isValid ? undefined : t("workflow.between", { least, greatest })}
        />
      )}
    </Setting>
  );
}

/** A share from 0 to 1, written in percent. */
export function ShareSetting(props: NumberSettingProps) {
  return (
    <Setting name={props.name} consequence={props.consequence}>
      {(ids) => <ShareInput {...ids} {...props} />}
    </Setting>
  );
}

export function ShareInput({
  value,
  onChange,
  readOnly,
  ...ids
}: Omit<NumberSettingProps, "name" | "consequence"> & SettingIds) {
  const { t } = useTranslation("project");
  return (
    <NumberInput
      aria-labelledby={ids["aria-labelledby"]}
      aria-describedby={ids["aria-describedby"]}
      value={Number.isNaN(value) ? "" : percentOf(value)}
      onChange={(given) => onChange(typeof given === "number" ? shareOf(given) : Number.NaN)}
      min={0}
      max={100}
      step={5}
      decimalScale={2}
      suffix=" %"
      clampBehavior="none"
      readOnly={readOnly}
      hideControls={readOnly}
      error={value >= 0 && value <= 1 ? undefined : t("workflow.between", { least: 0, greatest: 100 })}
    />
  );
}

export interface SettingSwitchProps extends SettingIds {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly readOnly: boolean;
  /** What the switch is, as it is now. */
  readonly state: string;
}

/** On or off; only the word for those who may not change it. */
export function SettingSwitch({ checked, onChange, readOnly, state, ...ids }: SettingSwitchProps) {
  if (readOnly) return <Text size="sm">{state}</Text>;
  return (
    <Switch
      {...ids}
      label={state}
      checked={checked}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}
