import { ActionIcon, Badge, Menu, Text, Tooltip, useMantineColorScheme } from "@mantine/core";
import {
  IconArrowLeft,
  IconCloudCheck,
  IconCloudOff,
  IconKeyboard,
  IconLogin,
  IconSettings,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { HotkeyRegistry } from "@/editor-core/hotkey-registry";
import type { Outbox } from "@/editor-core/outbox/outbox";
import { changeLanguage, LANGUAGES } from "@/i18n";
import classes from "@/workbench/Workbench.module.css";

const CONNECTIONS = { online: IconCloudCheck, unreachable: IconCloudOff, "signed-out": IconLogin } as const;
const SCHEMES = ["light", "dark", "auto"] as const;

export interface TopBarProps {
  readonly tenant: string;
  readonly project: string;
  readonly title: string;
  readonly outbox: Outbox;
  readonly commands: HotkeyRegistry;
  readonly onOutbox: () => void;
  readonly onCommands: () => void;
  /** Queue, progress and time. */
  readonly children?: ReactNode;
}

/** The slim bar over a task. */
export function TopBar(props: TopBarProps) {
  const { t } = useTranslation("workbench");
  return (
    <header className={classes.bar}>
      <Tooltip label={t("leave")}>
        <ActionIcon
          component={Link}
          to={`/tenants/${props.tenant}/projects/${props.project}`}
          variant="subtle"
          color="gray"
          aria-label={t("leave")}
        >
          <IconArrowLeft size={18} />
        </ActionIcon>
      </Tooltip>
      <Text component="h1" size="sm" fw={600} truncate>
        {props.title}
      </Text>
      <div className={classes.status}>{props.children}</div>
      <PendingKey commands={props.commands} />
      <OutboxStatus outbox={props.outbox} onOpen={props.onOutbox} />
      <Tooltip label={t("commands.title")}>
        <ActionIcon variant="subtle" color="gray" onClick={props.onCommands} aria-label={t("commands.title")}>
          <IconKeyboard size={18} />
        </ActionIcon>
      </Tooltip>
      <SettingsMenu />
    </header>
  );
}

/** The first key of a sequence, while the second is waited for. */
function PendingKey({ commands }: { readonly commands: HotkeyRegistry }) {
  const { t } = useTranslation("workbench");
  const pending = useSyncExternalStore(
    (listener) => commands.subscribe(listener),
    () => commands.pending,
  );
  return (
    <span aria-live="polite" className={classes.pending}>
      {pending !== null && t("pendingKey", { key: pending })}
    </span>
  );
}

/** How much is unsent or refused, and whether the server can be reached. */
export function OutboxStatus({ outbox, onOpen }: { readonly outbox: Outbox; readonly onOpen: () => void }) {
  const { t } = useTranslation("workbench");
  const { waiting, refused, connection } = useStore(outbox.store);
  const Connection = CONNECTIONS[connection];
  return (
    <button type="button" className={classes.outbox} onClick={onOpen} aria-label={t("outbox.title")}>
      <span role="status" className={classes.outbox}>
        {waiting.length > 0 && <Badge variant="light">{t("outbox.unsent", { count: waiting.length })}</Badge>}
        {refused.length > 0 && (
          <Badge color="red" variant="filled">
            {t("outbox.refused", { count: refused.length })}
          </Badge>
        )}
        <Connection size={18} aria-hidden />
        <span className={classes.hidden}>{t(`connection.${connection}`)}</span>
      </span>
    </button>
  );
}

function SettingsMenu() {
  const { t } = useTranslation("workbench");
  const { setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t("settings")}>
          <IconSettings size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("language")}</Menu.Label>
        {LANGUAGES.map((language) => (
          <Menu.Item key={language} onClick={() => void changeLanguage(language)} lang={language}>
            {t(`languages.${language}`)}
          </Menu.Item>
        ))}
        <Menu.Label>{t("theme")}</Menu.Label>
        {SCHEMES.map((scheme) => (
          <Menu.Item key={scheme} onClick={() => setColorScheme(scheme)}>
            {t(`themes.${scheme}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
