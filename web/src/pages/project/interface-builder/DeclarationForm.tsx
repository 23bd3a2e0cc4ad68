import { ActionIcon, Button, Checkbox, Group, Menu, NumberInput, Select, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Json } from "@/interface/declaration";
import classes from "@/pages/project/interface-builder/Builder.module.css";
import {
  freshName,
  isObject,
  listOf,
  moved,
  replaced,
  withMember,
  without,
} from "@/pages/project/interface-builder/json-edits";

type JsonObject = { readonly [key: string]: Json };

export const INPUT_TYPES = [
  "text",
  "html",
  "image",
  "video",
  "audio",
  "pointcloud",
  "document",
  "chat",
  "trajectory",
  "code",
  "timeseries",
  "table",
];
const FIELD_TYPES = ["choice", "rating", "number", "text", "preference", "regions", "relations", "group"];
const GEOMETRIES = [
  "box",
  "rotated_box",
  "polygon",
  "polyline",
  "point",
  "keypoints",
  "ellipse",
  "mask",
  "cuboid2d",
  "cuboid3d",
  "span",
  "time_range",
  "page_region",
];
const OPERATORS = ["answered", "eq", "ne", "in", "not_in", "lt", "le", "gt", "ge", "contains"];

interface Editing<Value extends Json | undefined = Json | undefined> {
  readonly value: Value;
  readonly onChange: (value: Json | undefined) => void;
}

/** The declaration as a form. It edits the same document as the JSON beside it. */
export function DeclarationForm({ value, onChange }: Editing<JsonObject>) {
  const { t } = useTranslation("builder");
  const inputs = listOf(value.inputs).flatMap((each) => (isObject(each) ? [String(each.name)] : []));
  const set = (key: string) => (member: Json | undefined) => onChange(withMember(value, key, member));
  return (
    <div className={classes.form}>
      <h3>{t("inputs")}</h3>
      <ListEditor
        value={value.inputs}
        onChange={set("inputs")}
        nameKey="name"
        add={[["text", { name: "input", type: "text", source: "$.input" }]]}
        addLabel={t("addInput")}
      >
        {(input, change) => (
          <Group gap="xs" align="end" wrap="nowrap">
            <TextMember of={input} name="name" onChange={change} />
            <ChoiceMember of={input} name="type" options={INPUT_TYPES} onChange={change} />
            <TextMember of={input} name="source" onChange={change} />
          </Group>
        )}
      </ListEditor>
      <h3>{t("fields")}</h3>
      <FieldsEditor value={value.fields} onChange={set("fields")} inputs={inputs} />
    </div>
  );
}

function FieldsEditor({ value, onChange, inputs }: Editing & { readonly inputs: readonly string[] }) {
  const { t } = useTranslation("builder");
  const names = listOf(value).flatMap((each) => (isObject(each) ? [String(each.name)] : []));
  return (
    <ListEditor
      value={value}
      onChange={onChange}
      nameKey="name"
      add={FIELD_TYPES.map((type) => [t(`fieldTypes.${type}`), newField(type, inputs, names)])}
      addLabel={t("addField")}
    >
      {(field, change) => <FieldEditor field={field} onChange={change} inputs={inputs} names={names} />}
    </ListEditor>
  );
}

function newField(type: string, inputs: readonly string[], names: readonly string[]): JsonObject {
  const option = { value: "first" };
  const base = { name: type === "text" ? "note" : type, type };
  switch (type) {
    case "choice":
      return { ...base, options: [option, { value: "second" }] };
    case "rating":
      return { ...base, min: 1, max: 5 };
    case "preference":
      return { ...base, over: inputs.slice(0, 2) };
    case "regions":
      return { ...base, on: inputs[0] ?? "", classes: [{ ...option, geometry: "span" }] };
    case "relations":
      return { ...base, between: names[0] ?? "", required: false, types: [option] };
    case "group":
      return { ...base, fields: [{ name: "answer", type: "choice", options: [option] }] };
    default:
      return base;
  }
}

interface FieldProps {
  readonly field: JsonObject;
  readonly onChange: (value: JsonObject) => void;
  readonly inputs: readonly string[];
  readonly names: readonly string[];
}

function FieldEditor({ field, onChange, inputs, names }: FieldProps) {
  const { t } = useTranslation("builder");
  const type = String(field.type);
  const member = { of: field, onChange };
  const set = (key: string) => (value: Json | undefined) => onChange(withMember(field, key, value));
  return (
    <div className={classes.stack}>
      <Group gap="xs" align="end">
        <TextMember {...member} name="name" />
        <ChoiceMember {...member} name="type" options={FIELD_TYPES} />
        <TextMember {...member} name="title" optional />
        <TextMember {...member} name="help" optional />
      </Group>
      <Group gap="md" align="end">
        <FlagMember {...member} name="required" standard={true} />
        {type === "choice" && <FlagMember {...member} name="multi" />}
        {type === "choice" && <FlagMember {...member} name="ordinal" />}
        {type === "number" && <FlagMember {...member} name="integer" />}
        {type === "preference" && <FlagMember {...member} name="ties" />}
        {type === "preference" && <FlagMember {...member} name="both_bad" />}
        {["choice", "rating", "number"].includes(type) && <FlagMember {...member} name="indexed" />}
      </Group>
      <Group gap="xs" align="end">
        {["rating", "number", "regions", "relations"].includes(type) && (
          <NumberMember {...member} name="min" />
        )}
        {["rating", "number", "regions", "relations"].includes(type) && (
          <NumberMember {...member} name="max" />
        )}
        {type === "number" && <TextMember {...member} name="unit" optional />}
        {type === "text" && (
          <ChoiceMember {...member} name="format" options={["plain", "markdown", "code", "transcript"]} />
        )}
        {type === "text" && <NumberMember {...member} name="max_length" />}
        {type === "preference" && <NumberMember {...member} name="strength" />}
        {type === "regions" && <ChoiceMember {...member} name="on" options={inputs} />}
        {type === "relations" && <ChoiceMember {...member} name="between" options={names} />}
        {type === "group" && typeof field.each !== "object" && (
          <TextMember {...member} name="each" optional />
        )}
      </Group>
      {type === "choice" && (
        <OptionsEditor value={field.options} onChange={set("options")} label={t("addOption")} />
      )}
      {type === "relations" && (
        <OptionsEditor value={field.types} onChange={set("types")} label={t("addType")} />
      )}
      {type === "regions" && <ClassesEditor value={field.classes} onChange={set("classes")} />}
      {type === "group" && (
        <div className={classes.nested}>
          <FieldsEditor value={field.fields} onChange={set("fields")} inputs={inputs} />
        </div>
      )}
      <ConditionEditor value={field.when} onChange={set("when")} names={names} />
    </div>
  );
}

function OptionsEditor({ value, onChange, label }: Editing & { readonly label: string }) {
  return (
    <ListEditor
      value={value}
      onChange={onChange}
      nameKey="value"
      add={[["", { value: "option" }]]}
      addLabel={label}
      dense
    >
      {(option, change) => <OptionMembers option={option} onChange={change} />}
    </ListEditor>
  );
}

function OptionMembers({
  option,
  onChange,
}: {
  readonly option: JsonObject;
  readonly onChange: (value: JsonObject) => void;
}) {
  return (
    <Group gap="xs" wrap="nowrap" align="end">
      <TextMember of={option} name="value" onChange={onChange} />
      <TextMember of={option} name="title" onChange={onChange} optional />
      <TextMember of={option} name="hotkey" onChange={onChange} optional width={70} />
      <TextMember of={option} name="color" onChange={onChange} optional width={90} />
    </Group>
  );
}

function ClassesEditor({ value, onChange }: Editing) {
  const { t } = useTranslation("builder");
  return (
    <ListEditor
      value={value}
      onChange={onChange}
      nameKey="value"
      add={[["", { value: "class", geometry: firstGeometry(value) }]]}
      addLabel={t("addClass")}
      dense
    >
      {(each, change) => (
        <div className={classes.stack}>
          <OptionMembers option={each} onChange={change} />
          <ChoiceMember of={each} name="geometry" options={GEOMETRIES} onChange={change} />
          <details>
            <summary>{t("attributes", { count: listOf(each.attributes).length })}</summary>
            <FieldsEditor
              value={each.attributes}
              inputs={[]}
              onChange={(attributes) =>
                change(withMember(each, "attributes", listOf(attributes).length > 0 ? attributes : undefined))
              }
            />
          </details>
        </div>
      )}
    </ListEditor>
  );
}

function firstGeometry(value: Json | undefined): Json {
  const first = listOf(value)[0];
  return (isObject(first) ? first.geometry : undefined) ?? "box";
}

/** A condition of one comparison; a longer one is edited as JSON. */
function ConditionEditor({ value, onChange, names }: Editing & { readonly names: readonly string[] }) {
  const { t } = useTranslation("builder");
  if (value === undefined) {
    const begin = () => onChange({ field: names[0] ?? "", op: "answered" });
    return (
      <Button size="compact-xs" variant="subtle" className={classes.begin} onClick={begin}>
        {t("addCondition")}
      </Button>
    );
  }
  if (!isObject(value) || value.field === undefined)
    return <p className={classes.hint}>{t("longCondition")}</p>;
  const change = (condition: JsonObject) =>
    onChange(condition.op === "answered" ? withMember(condition, "value", undefined) : condition);
  return (
    <Group gap="xs" align="end">
      <TextMember of={value} name="field" label={t("when")} onChange={change} />
      <ChoiceMember of={value} name="op" options={OPERATORS} onChange={change} />
      {value.op !== "answered" && (
        <TextInput
          size="xs"
          label={t("members.value")}
          value={typeof value.value === "string" ? value.value : JSON.stringify(value.value ?? "")}
          onChange={(event) => change(withMember(value, "value", compared(event.currentTarget.value)))}
        />
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t("removeCondition")}
        onClick={() => onChange(undefined)}
      >
        <IconTrash size={16} />
      </ActionIcon>
    </Group>
  );
}

/** Numbers and lists are compared as such, all else as text. */
function compared(words: string): Json {
  if (!/^(-?\d+(\.\d+)?|\[.*\])$/.test(words)) return words;
  try {
    return JSON.parse(words) as Json;
  } catch {
    return words;
  }
}

interface ListProps extends Editing {
  readonly nameKey: "name" | "value";
  readonly add: readonly (readonly [label: string, value: JsonObject])[];
  readonly addLabel: string;
  readonly dense?: boolean;
  readonly children: (value: JsonObject, onChange: (value: JsonObject) => void) => ReactNode;
}

function ListEditor({ value, onChange, nameKey, add, addLabel, dense, children }: ListProps) {
  const { t } = useTranslation("builder");
  const list = listOf(value);
  const append = (each: JsonObject) =>
    onChange([...list, { ...each, [nameKey]: freshName(list, nameKey, String(each[nameKey])) }]);
  return (
    <div className={classes.list}>
      {list.map((each, index) => {
        if (!isObject(each)) return null;
        const name = String(each[nameKey] ?? index + 1);
        return (
          <fieldset
            key={index}
            className={dense ? classes.denseRow : classes.row}
            aria-label={name}
            onKeyDown={(event) => {
              if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
              event.preventDefault();
              event.stopPropagation();
              onChange(moved(list, index, event.key === "ArrowUp" ? -1 : 1));
            }}
          >
            <div className={classes.content}>
              {children(each, (next) => onChange(replaced(list, index, next)))}
            </div>
            <div className={classes.tools}>
              <Tool
                label={t("up", { name })}
                isOff={index === 0}
                onClick={() => onChange(moved(list, index, -1))}
              >
                <IconArrowUp size={14} />
              </Tool>
              <Tool
                label={t("down", { name })}
                isOff={index === list.length - 1}
                onClick={() => onChange(moved(list, index, 1))}
              >
                <IconArrowDown size={14} />
              </Tool>
              <Tool label={t("remove", { name })} onClick={() => onChange(without(list, index))}>
                <IconTrash size={14} />
              </Tool>
            </div>
          </fieldset>
        );
      })}
      {add.length === 1 ? (
        <Button
          size="compact-sm"
          variant="light"
          leftSection={<IconPlus size={14} />}
          onClick={() => append((add[0] as readonly [string, JsonObject])[1])}
        >
          {addLabel}
        </Button>
      ) : (
        <Menu>
          <Menu.Target>
            <Button size="compact-sm" variant="light" leftSection={<IconPlus size={14} />}>
              {addLabel}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {add.map(([label, each]) => (
              <Menu.Item key={label} onClick={() => append(each)}>
                {label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}

function Tool({
  label,
  isOff,
  onClick,
  children,
}: {
  readonly label: string;
  readonly isOff?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}) {
  return (
    <ActionIcon
      size="sm"
      variant="subtle"
      color="gray"
      aria-label={label}
      title={label}
      disabled={isOff}
      onClick={onClick}
    >
      {children}
    </ActionIcon>
  );
}

interface MemberProps {
  readonly of: JsonObject;
  readonly name: string;
  readonly onChange: (value: JsonObject) => void;
  readonly label?: string;
  readonly optional?: boolean;
  readonly width?: number;
}

function TextMember({ of, name, onChange, label, optional, width }: MemberProps) {
  const { t } = useTranslation("builder");
  return (
    <TextInput
      size="xs"
      w={width}
      label={label ?? t(`members.${name}`)}
      value={of[name] === undefined ? "" : String(of[name])}
      onChange={(event) => {
        const words = event.currentTarget.value;
        onChange(withMember(of, name, optional && words === "" ? undefined : words));
      }}
    />
  );
}

function NumberMember({ of, name, onChange }: MemberProps) {
  const { t } = useTranslation("builder");
  return (
    <NumberInput
      size="xs"
      w={90}
      label={t(`members.${name}`)}
      value={typeof of[name] === "number" ? of[name] : ""}
      onChange={(value) => onChange(withMember(of, name, value === "" ? undefined : Number(value)))}
    />
  );
}

function ChoiceMember({
  of,
  name,
  onChange,
  options,
}: MemberProps & { readonly options: readonly string[] }) {
  const { t } = useTranslation("builder");
  return (
    <Select
      size="xs"
      w={140}
      label={t(`members.${name}`)}
      data={[...options]}
      value={typeof of[name] === "string" ? of[name] : null}
      onChange={(value) => onChange(withMember(of, name, value ?? undefined))}
    />
  );
}

function FlagMember({ of, name, onChange, standard = false }: MemberProps & { readonly standard?: boolean }) {
  const { t } = useTranslation("builder");
  return (
    <Checkbox
      size="xs"
      label={t(`members.${name}`)}
      checked={typeof of[name] === "boolean" ? of[name] : standard}
      onChange={(event) => {
        const checked = event.currentTarget.checked;
        onChange(withMember(of, name, checked === standard ? undefined : checked));
      }}
    />
  );
}
