import { ActionIcon, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";

export interface RowMenuEntry {
  label: string;
  onChoose: () => void;
  dangerous?: boolean;
}

/** What can be done with one row of a table. */
export function RowMenu({ label, entries }: { label: string; entries: readonly RowMenuEntry[] }) {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {entries.map((entry) => (
          <Menu.Item key={entry.label} color={entry.dangerous ? "red" : undefined} onClick={entry.onChoose}>
            {entry.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
