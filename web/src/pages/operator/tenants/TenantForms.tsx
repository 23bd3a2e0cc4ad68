import { TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { FormDialog } from "@/components/FormDialog";

type Owner = Schemas["AppointedOwner"];

export interface NewTenantFormProps {
  onClose: () => void;
  /** With the first owner, where one was named. */
  onCreated: (owner: Owner | null) => void;
}

/** Makes a tenant with a cell of its own. */
export function NewTenantForm({ onClose, onCreated }: NewTenantFormProps) {
  const { t } = useTranslation("operator");
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const owner = email.trim();
  const create = useMutation({
    mutationFn: () =>
      got(
        api.POST("/api/v1/tenants", {
          body: { name: name.trim(), owner_email: owner === "" ? null : owner },
        }),
      ),
    onSuccess: (made) => onCreated(made.owner),
  });
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("tenants.create")}
      submit={t("tenants.createNow")}
      onSubmit={() => create.mutateAsync()}
      complete={name.trim() !== "" && (owner === "" || owner.includes("@"))}
    >
      <TextInput
        label={t("tenants.name")}
        maxLength={200}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <OwnerField value={email} onChange={setEmail} />
    </FormDialog>
  );
}

export interface AppointFormProps {
  tenant: Schemas["Tenant"];
  onClose: () => void;
  onAppointed: (owner: Owner) => void;
}

/** Names the first owner of a tenant that has none. */
export function AppointForm({ tenant, onClose, onAppointed }: AppointFormProps) {
  const { t } = useTranslation("operator");
  const [email, setEmail] = useState("");
  const appoint = useMutation({
    mutationFn: () =>
      got(
        api.POST("/api/v1/tenants/{tenant_id}/owner", {
          params: { path: { tenant_id: tenant.id } },
          body: { email: email.trim() },
        }),
      ),
    onSuccess: onAppointed,
  });
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("tenants.appointOf", { name: tenant.name })}
      submit={t("tenants.appointNow")}
      onSubmit={() => appoint.mutateAsync()}
      complete={email.includes("@")}
    >
      <OwnerField value={email} onChange={setEmail} />
    </FormDialog>
  );
}

function OwnerField({ value, onChange }: { value: string; onChange: (email: string) => void }) {
  const { t } = useTranslation("operator");
  return (
    <TextInput
      label={t("tenants.owner")}
      description={t("tenants.ownerHelp")}
      type="email"
      autoComplete="off"
      maxLength={320}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
