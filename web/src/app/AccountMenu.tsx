import { Button, Menu, useMantineColorScheme } from "@mantine/core";
import { IconCheck, IconUserCircle } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { LANGUAGE_NAMES, SCHEMES } from "@/app/appearance";
import type { Me } from "@/app/session";
import { changeLanguage, LANGUAGES } from "@/i18n";

/** The account, how things look, and the way out. */
export function AccountMenu({ me }: { me: Me }) {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = useMutation({
    mutationFn: () => api.DELETE("/api/v1/sessions/current"),
    onSuccess: async () => {
      await navigate({ to: "/sign-in", search: {} });
      client.clear();
    },
  });
  const mark = (chosen: boolean) => (chosen ? <IconCheck size={14} aria-hidden /> : undefined);
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Button variant="subtle" color="gray" size="xs" leftSection={<IconUserCircle size={18} />}>
          {me.display_name || me.email}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item renderRoot={(props) => <Link to="/account" {...props} />}>{t("shell.account")}</Menu.Item>
        <Menu.Label>{t("shell.theme")}</Menu.Label>
        {SCHEMES.map((scheme) => (
          <Menu.Item
            key={scheme}
            rightSection={mark(colorScheme === scheme)}
            onClick={() => setColorScheme(scheme)}
          >
            {t(`shell.theme_${scheme}`)}
          </Menu.Item>
        ))}
        <Menu.Label>{t("shell.language")}</Menu.Label>
        {LANGUAGES.map((language) => (
          <Menu.Item
            key={language}
            lang={language}
            rightSection={mark(i18n.language === language)}
            onClick={() => void changeLanguage(language)}
          >
            {LANGUAGE_NAMES[language]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => signOut.mutate()}>{t("shell.signOut")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
