import { Button, Checkbox, TextInput } from "@mantine/core";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { DataTable } from "@/components/data-table/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { FormDialog } from "@/components/FormDialog";
import { PageHeader } from "@/components/PageHeader";
import { useKeysetList } from "@/components/useKeysetList";
import { LifetimeField, lifetimeDays } from "@/pages/tenant/api-keys/ApiKeyForm";
import { CreatedKeyDialog } from "@/pages/tenant/api-keys/CreatedKeyDialog";
import { isUsable, useKeyFacts } from "@/pages/tenant/api-keys/key-columns";

type ApiKey = Schemas["ApiKey"];
type CreatedKey = Schemas["CreatedApiKey"];
const PAGE = 200;
const idOf = (key: ApiKey) => key.id;

/** The keys with which programs run the installation. */
export function KeysPage() {
  const { t } = useTranslation("operator");
  const [creating, setCreating] = useState(false);
  const [created, setCreated] = useState<CreatedKey | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const [ended, setEnded] = useState(false);
  const list = useKeysetList(["operator-keys"], (cursor) =>
    got(api.GET("/api/v1/operator/api-keys", { params: { query: { cursor, limit: PAGE } } })),
  );
  const { name, rest } = useKeyFacts(setRevoking);
  const create = (
    <Button size="xs" leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
      {t("keys.create")}
    </Button>
  );
  return (
    <>
      <PageHeader title={t("keys.title")} description={t("keys.explained")} actions={create} />
      {list.error !== null && <ErrorState error={list.error} onRetry={list.reload} />}
      <DataTable
        label={t("keys.title")}
        columns={[name, ...rest]}
        rows={ended ? list.rows : list.rows.filter(isUsable)}
        rowId={idOf}
        loading={list.loading}
        loadingMore={list.loadingMore}
        hasMore={list.hasMore}
        onLoadMore={list.loadMore}
        toolbar={
          <Checkbox
            size="xs"
            label={t("tenant:keys.showEnded")}
            checked={ended}
            onChange={(event) => setEnded(event.currentTarget.checked)}
          />
        }
        empty={<EmptyState icon={IconKey} title={t("keys.empty")} action={create} />}
      />
      {creating && (
        <OperatorKeyForm
          onClose={() => setCreating(false)}
          onCreated={(key) => {
            list.reload();
            setCreated(key);
          }}
        />
      )}
      {created !== null && (
        <CreatedKeyDialog
          name={created.name}
          value={created.key}
          command="assay tenant list"
          onClose={() => setCreated(null)}
        />
      )}
      {revoking !== null && (
        <ConfirmDialog
          opened
          onClose={() => setRevoking(null)}
          onConfirm={() => revoke(revoking).then(list.reload)}
          title={t("tenant:keys.revokeOf", { name: revoking.name })}
          confirm={t("common:action.revoke")}
          dangerous
        >
          {t("tenant:keys.revokeExplained")}
        </ConfirmDialog>
      )}
    </>
  );
}

function revoke(key: ApiKey) {
  return api.POST("/api/v1/operator/api-keys/{key_id}/revoke", { params: { path: { key_id: key.id } } });
}

interface OperatorKeyFormProps {
  onClose: () => void;
  onCreated: (key: CreatedKey) => void;
}

function OperatorKeyForm({ onClose, onCreated }: OperatorKeyFormProps) {
  const { t } = useTranslation("operator");
  const [name, setName] = useState("");
  const [days, setDays] = useState("365");
  const create = useMutation({
    mutationFn: () =>
      got(
        api.POST("/api/v1/operator/api-keys", {
          body: { name: name.trim(), lifetime_days: lifetimeDays(days) },
        }),
      ),
    onSuccess: onCreated,
  });
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("keys.create")}
      submit={t("tenant:keys.createNow")}
      onSubmit={() => create.mutateAsync()}
      complete={name.trim() !== ""}
    >
      <TextInput
        label={t("tenant:keys.name")}
        description={t("tenant:keys.nameHelp")}
        maxLength={200}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <LifetimeField value={days} onChange={setDays} />
    </FormDialog>
  );
}
