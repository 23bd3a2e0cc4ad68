import { Radio, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";

type Role = Schemas["Role"];

export interface RolePickerProps {
  /** In the order shown. */
  roles: readonly Role[];
  value: Role;
  onChange: (role: Role) => void;
}

/** Chooses a role; each says what it may do. */
export function RolePicker({ roles, value, onChange }: RolePickerProps) {
  const { t } = useTranslation();
  return (
    <Radio.Group label={t("role.label")} value={value} onChange={(role) => onChange(role as Role)}>
      <Stack gap={8} mt={6}>
        {roles.map((role) => (
          <Radio
            key={role}
            size="sm"
            value={role}
            label={t(`role.${role}`)}
            description={t(`role.${role}_help`)}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
