import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got } from "@/api/client";
import { ErrorState } from "@/components/ErrorState";
import { FilterBar } from "@/components/FilterBar";
import { readFilter } from "@/components/filter-language";
import { useTaskFilterFields } from "@/pages/project/exports/task-filter-fields";
import { projectKey, useProjectPath } from "@/pages/project/queries";

export interface NewVersionDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Freezes the finished labels under a name. */
export function NewVersionDialog({ opened, onClose }: NewVersionDialogProps) {
  const { t } = useTranslation("transfers");
  const { t: common } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("versions.create.title")}
      size="lg"
      closeButtonProps={{ "aria-label": common("action.close") }}
    >
      {opened && <Form onClose={onClose} />}
    </Modal>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("transfers");
  const { t: common } = useTranslation();
  const path = useProjectPath();
  const client = useQueryClient();
  const fields = useTaskFilterFields();
  const [name, setName] = useState("");
  const [filter, setFilter] = useState("");
  const isFilter = filter.trim() === "" || readFilter(filter) !== null;
  const key = useRef(crypto.randomUUID());
  const create = useMutation({
    mutationFn: () =>
      got(
        api.POST("/api/v1/tenants/{tenant_id}/projects/{project_id}/dataset-versions", {
          params: { path, header: { "Idempotency-Key": key.current } },
          body: { name: name.trim(), filter: filter.trim() === "" ? null : filter },
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [...projectKey(path), "versions"] });
      onClose();
    },
    onError: () => {
      key.current = crypto.randomUUID();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t("versions.create.explained")}
      </Text>
      <form id="new-version" onSubmit={submit}>
        <TextInput
          label={t("versions.create.name")}
          description={t("versions.create.nameHelp")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={200}
          required
          data-autofocus
        />
      </form>
      <div>
        <Text size="sm" fw={500} mb={4}>
          {t("versions.create.filter")}
        </Text>
        <FilterBar fields={fields} value={filter} onChange={setFilter} live />
      </div>
      {create.error !== null && <ErrorState error={create.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {common("action.cancel")}
        </Button>
        <Button
          type="submit"
          form="new-version"
          loading={create.isPending}
          disabled={name.trim() === "" || !isFilter}
        >
          {t("versions.create.action")}
        </Button>
      </Group>
    </Stack>
  );
}
