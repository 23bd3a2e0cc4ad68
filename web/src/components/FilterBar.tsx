import { ActionIcon, Button, Group, Pill, Popover, Select, Stack, TextInput } from "@mantine/core";
import { IconFilter, IconX } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  type FilterCondition,
  type FilterField,
  type FilterOperator,
  operatorsOf,
  readFilter,
  writeFilter,
} from "@/components/filter-language";

export interface FilterBarProps {
  fields: readonly FilterField[];
  /** In the filter language; "" for none. */
  value: string;
  onChange: (filter: string) => void;
  /** What the server says is wrong with the filter. */
  error?: string;
  /** In a form that is sent by a button of its own: told of each keystroke, whether it is a filter yet or not. */
  live?: boolean;
}

/** A filter as text, and its conditions to add and take away one by one. */
export function FilterBar({ fields, value, onChange, error, live = false }: FilterBarProps) {
  const { t } = useTranslation();
  const conditions = readFilter(value) ?? [];
  return (
    <Stack gap={6}>
      <Group gap="xs" align="start" wrap="nowrap">
        <AddCondition fields={fields} onAdd={(one) => onChange(writeFilter([...conditions, one]))} />
        <FilterText key={live ? "live" : value} value={value} onChange={onChange} error={error} live={live} />
      </Group>
      {conditions.length > 0 && (
        <Group gap={6}>
          {conditions.map((condition, place) => (
            <Pill
              key={`${place} ${condition.name}`}
              withRemoveButton
              removeButtonProps={{
                "aria-label": t("filter.remove", { condition: writeFilter([condition]) }),
                "aria-hidden": false,
                tabIndex: 0,
              }}
              onRemove={() => onChange(writeFilter(conditions.filter((_, other) => other !== place)))}
            >
              {writeFilter([condition])}
            </Pill>
          ))}
        </Group>
      )}
    </Stack>
  );
}

function FilterText({
  value,
  onChange,
  error,
  live,
}: Pick<FilterBarProps, "value" | "onChange" | "error" | "live">) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(value);
  const text = live ? value : draft;
  const setText = live ? onChange : setDraft;
  const wrong = text.trim() !== "" && readFilter(text) === null ? t("filter.invalid") : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wrong === undefined) onChange(text.trim());
  };
  return (
    <form onSubmit={submit}>
      <TextInput
        size="xs"
        w="min(28rem, 60vw)"
        aria-label={t("filter.label")}
        placeholder={t("filter.placeholder")}
        value={text}
        error={wrong ?? error}
        onChange={(event) => setText(event.currentTarget.value)}
        spellCheck={false}
        rightSection={
          value !== "" && (
            <ActionIcon
              size="xs"
              variant="subtle"
              color="gray"
              aria-label={t("filter.clear")}
              onClick={() => onChange("")}
            >
              <IconX size={12} />
            </ActionIcon>
          )
        }
      />
    </form>
  );
}

function AddCondition({
  fields,
  onAdd,
}: {
  fields: readonly FilterField[];
  onAdd: (condition: FilterCondition) => void;
}) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const add = (condition: FilterCondition) => {
    setOpened(false);
    onAdd(condition);
  };
  return (
    <Popover opened={opened} onChange={setOpened} trapFocus position="bottom-start" withArrow>
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          flex="none"
          leftSection={<IconFilter size={14} />}
          onClick={() => setOpened(!opened)}
        >
          {t("filter.add")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("filter.add")}>
        <ConditionForm fields={fields} onAdd={add} />
      </Popover.Dropdown>
    </Popover>
  );
}

function ConditionForm({
  fields,
  onAdd,
}: {
  fields: readonly FilterField[];
  onAdd: (condition: FilterCondition) => void;
}) {
  const { t } = useTranslation();
  const [name, setName] = useState(fields[0]?.name ?? "");
  const [member, setMember] = useState("");
  const [operator, setOperator] = useState<FilterOperator>("=");
  const [value, setValue] = useState("");
  const field = fields.find((each) => each.name === name);
  const operators = operatorsOf(field?.kind ?? "word");
  const ready = value !== "" && (field?.kind !== "member" || member !== "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    onAdd({
      name: field?.kind === "member" ? `${name}.${member}` : name,
      operator: operators.includes(operator) ? operator : "=",
      value,
    });
  };
  const popover = { withinPortal: false };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs" w={240}>
        <Select
          size="xs"
          label={t("filter.field")}
          data={fields.map((each) => ({ value: each.name, label: each.label }))}
          value={name}
          allowDeselect={false}
          comboboxProps={popover}
          onChange={(chosen) => {
            setName(chosen ?? "");
            setValue("");
          }}
        />
        {field?.kind === "member" && (
          <TextInput
            size="xs"
            label={t("filter.member")}
            value={member}
            onChange={(event) => setMember(event.currentTarget.value)}
          />
        )}
        <Select
          size="xs"
          label={t("filter.operator")}
          data={operators}
          value={operators.includes(operator) ? operator : "="}
          allowDeselect={false}
          comboboxProps={popover}
          onChange={(chosen) => setOperator(operators.find((each) => each === chosen) ?? "=")}
        />
        {field?.words === undefined ? (
          <TextInput
            size="xs"
            label={t("filter.value")}
            type={field?.kind === "number" ? "number" : field?.kind === "time" ? "datetime-local" : "text"}
            step="any"
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
          />
        ) : (
          <Select
            size="xs"
            label={t("filter.value")}
            data={field.words}
            value={value === "" ? null : value}
            comboboxProps={popover}
            onChange={(chosen) => setValue(chosen ?? "")}
          />
        )}
        <Button type="submit" size="xs" disabled={!ready}>
          {t("filter.add")}
        </Button>
      </Stack>
    </form>
  );
}
