import { Button, Group, PasswordInput, Stack } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ApiProblem } from "@/api/problem";
import { ErrorState } from "@/components/ErrorState";
import { Section } from "@/components/Section";

/** The least that the server takes. */
const LEAST_CHARACTERS = 12;

export interface PasswordFormProps {
  /** Whose password it is, for the browser's store of passwords. */
  email: string;
  /** One has just signed in: no current password is asked for. */
  fresh: boolean;
  /** This is the first thing that is wanted of the person. */
  first: boolean;
  onChanged: () => void;
}

/** Sets the password. Whatever else is signed in is signed out by it. */
export function PasswordForm({ email, fresh, first, onChanged }: PasswordFormProps) {
  const { t } = useTranslation("account");
  const [current, setCurrent] = useState("");
  const [wanted, setWanted] = useState("");
  const change = useMutation({
    mutationFn: () =>
      api.PUT("/api/v1/me/password", {
        body: { new_password: wanted, current_password: current === "" ? null : current },
      }),
    onSuccess: () => {
      setCurrent("");
      setWanted("");
      notifications.show({ message: t("password.changed") });
      onChanged();
    },
  });
  const asked = !fresh || (change.error instanceof ApiProblem && change.error.status === 403);
  const short = wanted !== "" && [...wanted].length < LEAST_CHARACTERS;
  const save = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  const toggle = { "aria-label": t("common:signIn.showPassword") };
  return (
    <Section title={t("password.title")} description={t("password.explained")}>
      <form onSubmit={save}>
        <Stack gap="sm">
          <input type="hidden" autoComplete="username" value={email} readOnly />
          {asked && (
            <PasswordInput
              label={t("password.current")}
              autoComplete="current-password"
              value={current}
              onChange={(event) => setCurrent(event.currentTarget.value)}
              visibilityToggleButtonProps={toggle}
            />
          )}
          <PasswordInput
            label={t("password.new")}
            description={t("password.rule", { count: LEAST_CHARACTERS })}
            error={short && t("password.short")}
            autoComplete="new-password"
            autoFocus={first}
            value={wanted}
            onChange={(event) => setWanted(event.currentTarget.value)}
            visibilityToggleButtonProps={toggle}
          />
          {change.isError && <ErrorState error={change.error} />}
          <Group>
            <Button
              type="submit"
              variant={first ? "filled" : "default"}
              loading={change.isPending}
              disabled={wanted === "" || short || (asked && current === "")}
            >
              {t("password.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
