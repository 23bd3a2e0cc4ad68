import { Select, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { FormDialog } from "@/components/FormDialog";
import { ProjectsPicker } from "@/components/ProjectsPicker";
import { RolePicker } from "@/components/RolePicker";
import { useProjectChoices } from "@/pages/tenant/projects";

const ROLES = ["owner", "manager", "reviewer", "annotator", "viewer"] as const;
const LIFETIMES_DAYS = ["30", "90", "365"] as const;
const FOREVER = "forever";

export interface ApiKeyFormProps {
  tenantId: string;
  onClose: () => void;
  onCreated: (key: Schemas["CreatedApiKey"]) => void;
}

/** Makes a key that acts with one role. */
export function ApiKeyForm({ tenantId, onClose, onCreated }: ApiKeyFormProps) {
  const { t } = useTranslation("tenant");
  const [name, setName] = useState("");
  const [role, setRole] = useState<Schemas["Role"]>("manager");
  const [projects, setProjects] = useState<readonly string[] | null>(null);
  const [days, setDays] = useState<string>("365");
  const choices = useProjectChoices(tenantId);
  const create = useMutation({
    mutationFn: () =>
      got(
        api.POST("/api/v1/tenants/{tenant_id}/api-keys", {
          params: { path: { tenant_id: tenantId } },
          body: {
            name: name.trim(),
            role,
            projects: projects === null ? null : [...projects],
            lifetime_days: lifetimeDays(days),
          },
        }),
      ),
    onSuccess: onCreated,
  });
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("keys.create")}
      submit={t("keys.createNow")}
      onSubmit={() => create.mutateAsync()}
      complete={name.trim() !== "" && (projects === null || projects.length > 0)}
    >
      <TextInput
        label={t("keys.name")}
        description={t("keys.nameHelp")}
        maxLength={200}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <RolePicker roles={ROLES} value={role} onChange={setRole} />
      <ProjectsPicker projects={choices} value={projects} onChange={setProjects} />
      <LifetimeField value={days} onChange={setDays} />
    </FormDialog>
  );
}

/** When the key ends by itself. */
export function LifetimeField({ value, onChange }: { value: string; onChange: (days: string) => void }) {
  const { t } = useTranslation("tenant");
  return (
    <Select
      label={t("keys.lifetime")}
      allowDeselect={false}
      data={[
        ...LIFETIMES_DAYS.map((count) => ({
          value: count,
          label: t("keys.days", { count: Number(count) }),
        })),
        { value: FOREVER, label: t("keys.forever") },
      ]}
      value={value}
      onChange={(chosen) => chosen !== null && onChange(chosen)}
    />
  );
}

/** The days of a lifetime as the API takes them; null: for ever. */
export function lifetimeDays(value: string): number | null {
  return value === FOREVER ? null : Number(value);
}
