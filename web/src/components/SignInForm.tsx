import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { signIn, signInFailure } from "@/components/sign-in";

export interface SignInFormProps {
  onSignedIn: () => void;
  /** Whose session was lost; may be changed. */
  email?: string;
}

/** E-mail and password. */
export function SignInForm({ onSignedIn, email: known = "" }: SignInFormProps) {
  const { t } = useTranslation();
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState("");
  const attempt = useMutation({
    mutationFn: () => signIn(email.trim(), password),
    onSuccess: onSignedIn,
    onError: () => setPassword(""),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (email.trim() !== "" && password !== "") attempt.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {attempt.isError && (
          <Alert color="red" variant="light" role="alert">
            {t(`signIn.${signInFailure(attempt.error)}`)}
          </Alert>
        )}
        <TextInput
          label={t("signIn.email")}
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
          data-autofocus={known === "" || undefined}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label={t("signIn.password")}
          autoComplete="current-password"
          required
          withAsterisk={false}
          data-autofocus={known !== "" || undefined}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ "aria-label": t("signIn.showPassword") }}
        />
        <Button type="submit" loading={attempt.isPending} fullWidth>
          {t("signIn.submit")}
        </Button>
      </Stack>
    </form>
  );
}
