import { Button, Group, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got } from "@/api/client";
import { type Me, meQuery } from "@/app/session";
import { ErrorState } from "@/components/ErrorState";
import { Section } from "@/components/Section";

/** The name that others of the tenant see. */
export function ProfileForm({ me }: { me: Me }) {
  const { t } = useTranslation("account");
  const client = useQueryClient();
  const [name, setName] = useState(me.display_name);
  const rename = useMutation({
    mutationFn: () => got(api.PATCH("/api/v1/me", { body: { display_name: name.trim() } })),
    onSuccess: (changed) => {
      client.setQueryData(meQuery.queryKey, changed);
      setName(changed.display_name);
      notifications.show({ message: t("common:action.saved") });
    },
  });
  const save = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate();
  };
  return (
    <Section title={t("profile.title")} description={t("profile.explained")}>
      <form onSubmit={save}>
        <Stack gap="sm">
          <TextInput
            label={t("profile.name")}
            maxLength={200}
            autoComplete="name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput label={t("profile.email")} value={me.email ?? ""} readOnly variant="filled" />
          {rename.isError && <ErrorState error={rename.error} />}
          <Group>
            <Button
              type="submit"
              variant="default"
              loading={rename.isPending}
              disabled={name.trim() === me.display_name}
            >
              {t("common:action.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
