import { Checkbox, Select, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { FormDialog } from "@/components/FormDialog";
import { useProjectChoices } from "@/pages/tenant/projects";
import { EVENTS, useWebhookChanges, type Webhook } from "@/pages/tenant/webhooks/queries";

type EventKind = Schemas["EventKind"];
const EVERY = "every";

export interface NewWebhookFormProps {
  tenantId: string;
  onClose: () => void;
  onCreated: (webhook: Schemas["CreatedWebhook"]) => void;
}

/** Names an address that is told of events. */
export function NewWebhookForm({ tenantId, onClose, onCreated }: NewWebhookFormProps) {
  const { t } = useTranslation("tenant");
  const [url, setUrl] = useState("https://");
  const [project, setProject] = useState<string>(EVERY);
  const [events, setEvents] = useState<readonly EventKind[]>(EVENTS);
  const projects = useProjectChoices(tenantId);
  const create = useMutation({
    mutationFn: () =>
      got(
        api.POST("/api/v1/tenants/{tenant_id}/webhooks", {
          params: { path: { tenant_id: tenantId } },
          body: { url: url.trim(), events: [...events], project_id: project === EVERY ? null : project },
        }),
      ),
    onSuccess: onCreated,
  });
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("webhooks.create")}
      submit={t("webhooks.createNow")}
      onSubmit={() => create.mutateAsync()}
      complete={URL.canParse(url.trim()) && events.length > 0}
    >
      <TextInput
        label={t("webhooks.url")}
        description={t("webhooks.urlHelp")}
        type="url"
        data-autofocus
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      <Select
        label={t("webhooks.project")}
        allowDeselect={false}
        searchable
        data={[
          { value: EVERY, label: t("common:projects.whole") },
          ...projects.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        value={project}
        onChange={(chosen) => chosen !== null && setProject(chosen)}
      />
      <EventChoice value={events} onChange={setEvents} />
    </FormDialog>
  );
}

/** Chooses other events for a webhook. */
export function EventsForm({
  tenantId,
  webhook,
  onClose,
}: {
  tenantId: string;
  webhook: Webhook;
  onClose: () => void;
}) {
  const { t } = useTranslation("tenant");
  const [events, setEvents] = useState<readonly EventKind[]>(webhook.events);
  const { change } = useWebhookChanges(tenantId, webhook.id);
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("webhooks.chooseEvents")}
      submit={t("common:action.save")}
      onSubmit={() => change.mutateAsync({ events: [...events] })}
      complete={events.length > 0}
    >
      <EventChoice value={events} onChange={setEvents} />
    </FormDialog>
  );
}

interface EventChoiceProps {
  value: readonly EventKind[];
  onChange: (events: readonly EventKind[]) => void;
}

function EventChoice({ value, onChange }: EventChoiceProps) {
  const { t } = useTranslation("tenant");
  return (
    <Checkbox.Group
      label={t("webhooks.events")}
      value={[...value]}
      onChange={(events) => onChange(EVENTS.filter((event) => events.includes(event)))}
    >
      <Stack gap={8} mt={6}>
        {EVENTS.map((event) => (
          <Checkbox
            key={event}
            size="sm"
            value={event}
            label={event}
            description={t(`webhooks.event.${event.replace(".", "_")}`)}
          />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
