import { ActionIcon, Button, Group, Menu, TextInput } from "@mantine/core";
import { IconBookmark, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ProjectPath } from "@/pages/project/queries";

interface View {
  readonly name: string;
  readonly filter: string;
}

interface SavedViewsProps {
  readonly path: ProjectPath;
  readonly filter: string;
  readonly onChoose: (filter: string) => void;
}

/** Filters under a name, kept in this browser; the address of the page can be given to others. */
export function SavedViews({ path, filter, onChoose }: SavedViewsProps) {
  const { t } = useTranslation("data");
  const key = `assay.views.${path.project_id}`;
  const [views, setViews] = useState<readonly View[]>(() => stored(key));
  const [name, setName] = useState("");
  const keep = (changed: readonly View[]) => {
    localStorage.setItem(key, JSON.stringify(changed));
    setViews(changed);
  };
  const save = () => {
    keep([...views.filter((each) => each.name !== name), { name: name.trim(), filter }]);
    setName("");
  };
  return (
    <Menu position="bottom-end" width={280} closeOnItemClick>
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<IconBookmark size={14} />}>
          {t("views")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {views.map((view) => (
          <Menu.Item
            key={view.name}
            onClick={() => onChoose(view.filter)}
            rightSection={
              <ActionIcon
                component="span"
                size="sm"
                variant="subtle"
                aria-label={t("removeView", { name: view.name })}
                onClick={(event) => {
                  event.stopPropagation();
                  keep(views.filter((each) => each !== view));
                }}
              >
                <IconTrash size={14} />
              </ActionIcon>
            }
          >
            {view.name}
          </Menu.Item>
        ))}
        <Group p="xs" gap="xs" wrap="nowrap">
          <TextInput
            size="xs"
            aria-label={t("viewName")}
            placeholder={t("viewName")}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            onKeyDown={(event) => event.stopPropagation()}
          />
          <Button size="xs" disabled={name.trim() === "" || filter === ""} onClick={save}>
            {t("saveView")}
          </Button>
        </Group>
      </Menu.Dropdown>
    </Menu>
  );
}

function stored(key: string): readonly View[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(found) ? found.filter(isView) : [];
  } catch {
    return [];
  }
}

function isView(value: unknown): value is View {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    typeof value.name === "string" &&
    "filter" in value &&
    typeof value.filter === "string"
  );
}
