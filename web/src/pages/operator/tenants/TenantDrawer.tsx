import { Button, Drawer, Group, SimpleGrid, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { CopyField } from "@/components/CopyField";
import { ErrorState } from "@/components/ErrorState";
import { StatCard } from "@/components/StatCard";
import { StatusBadge } from "@/components/StatusBadge";
import { useFormats } from "@/components/useFormats";
import { useTenantChanges, useTenantDetails } from "@/pages/operator/tenants/queries";

type Tenant = Schemas["Tenant"];

export interface TenantDrawerProps {
  tenant: Tenant;
  onClose: () => void;
  onAppoint: () => void;
}

/** One tenant: how much it holds, and what an operator may do with it. */
export function TenantDrawer({ tenant: listed, onClose, onAppoint }: TenantDrawerProps) {
  const { t } = useTranslation("operator");
  const details = useTenantDetails(listed.id);
  const tenant = details.data ?? listed;
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      title={
        <Group gap="xs">
          <Text fw={600}>{tenant.name}</Text>
          <StatusBadge state={tenant.state} />
        </Group>
      }
      closeButtonProps={{ "aria-label": t("common:action.close") }}
    >
      <Stack>
        {details.error !== null && (
          <ErrorState error={details.error} onRetry={() => void details.refetch()} />
        )}
        {details.isPending ? <Skeleton h={72} /> : <Sizes sizes={details.data?.sizes ?? null} />}
        <CopyField label={t("tenants.id")} value={tenant.id} />
        <Rename key={tenant.name} tenant={tenant} />
        <Acts tenant={tenant} onAppoint={onAppoint} />
      </Stack>
    </Drawer>
  );
}

function Sizes({ sizes }: { sizes: Schemas["TenantSizes"] | null }) {
  const { t } = useTranslation("operator");
  const formats = useFormats();
  if (sizes === null) return <Text size="sm">{t("tenants.noSizes")}</Text>;
  return (
    <SimpleGrid cols={2}>
      <StatCard label={t("tenants.database")} value={formats.bytes(sizes.database)} />
      <StatCard label={t("tenants.blobs")} value={formats.bytes(sizes.blobs)} />
    </SimpleGrid>
  );
}

function Rename({ tenant }: { tenant: Tenant }) {
  const { t } = useTranslation("operator");
  const [name, setName] = useState(tenant.name);
  const { change } = useTenantChanges(tenant.id);
  const save = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ name: name.trim() });
  };
  return (
    <form onSubmit={save}>
      <Group align="end" gap="xs">
        <TextInput
          flex={1}
          label={t("tenants.name")}
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button
          type="submit"
          variant="default"
          loading={change.isPending}
          disabled={name.trim() === "" || name.trim() === tenant.name}
        >
          {t("common:action.save")}
        </Button>
      </Group>
      {change.isError && <ErrorState error={change.error} />}
    </form>
  );
}

function Acts({ tenant, onAppoint }: { tenant: Tenant; onAppoint: () => void }) {
  const { t } = useTranslation("operator");
  const [suspending, setSuspending] = useState(false);
  const { change, provision } = useTenantChanges(tenant.id);
  const failure = provision.error ?? change.error;
  return (
    <Stack gap="xs">
      <Act label={t("tenants.appoint")} help={t("tenants.appointHelp")} onAct={onAppoint} />
      <Act
        label={t("tenants.provision")}
        help={provision.isSuccess ? t("tenants.provisioned") : t("tenants.provisionHelp")}
        busy={provision.isPending}
        onAct={() => provision.mutate()}
      />
      {tenant.state === "suspended" ? (
        <Act
          label={t("tenants.resume")}
          help={t("tenants.resumeHelp")}
          busy={change.isPending}
          onAct={() => change.mutate({ state: "active" })}
        />
      ) : (
        <Act label={t("tenants.suspend")} help={t("tenants.suspendHelp")} onAct={() => setSuspending(true)} />
      )}
      {failure !== null && <ErrorState error={failure} />}
      <ConfirmDialog
        opened={suspending}
        onClose={() => setSuspending(false)}
        onConfirm={() => change.mutateAsync({ state: "suspended" })}
        title={t("tenants.suspendOf", { name: tenant.name })}
        confirm={t("tenants.suspend")}
        dangerous
      >
        {t("tenants.suspendHelp")}
      </ConfirmDialog>
    </Stack>
  );
}

interface ActProps {
  label: string;
  /** What it does, in one line. */
  help: string;
  busy?: boolean;
  onAct: () => void;
}

function Act({ label, help, busy, onAct }: ActProps) {
  return (
    <Group justify="space-between" wrap="nowrap">
      <Text size="sm" c="dimmed" aria-live="polite">
        {help}
      </Text>
      <Button size="xs" variant="default" flex="0 0 auto" loading={busy} onClick={onAct}>
        {label}
      </Button>
    </Group>
  );
}
