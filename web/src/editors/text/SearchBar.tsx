import { ActionIcon, CloseButton, TextInput } from "@mantine/core";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { goToHit } from "@/editors/text/commands";
import { findAll, firstBehind } from "@/editors/text/search";
import classes from "@/editors/text/Text.module.css";
import type { TextSession } from "@/editors/text/text-session";

/** Look for words in the text. A hit that is gone to is selected, so that a class key marks it. */
export function SearchBar({
  session,
  onDone,
}: {
  readonly session: TextSession;
  readonly onDone: () => void;
}) {
  const { t } = useTranslation("text");
  const query = useStore(session.state, (state) => state.query);
  const hits = useStore(session.state, (state) => state.hits);
  const hit = useStore(session.state, (state) => state.hit);
  const input = useRef<HTMLInputElement>(null);
  const isOpen = query !== null;
  useEffect(() => {
    if (isOpen) input.current?.focus();
  }, [isOpen]);
  useEffect(() => {
    if (query === null) return;
    const found = findAll(session.text, query);
    session.state.setState({ hits: found, hit: -1 });
  }, [query, session]);
  if (query === null) return null;
  const close = () => {
    session.state.setState({ query: null, hits: [], hit: -1 });
    onDone();
  };
  const go = (direction: 1 | -1) => {
    const nearest = firstBehind(hits, session.state.getState().focus);
    goToHit(session, hit < 0 ? nearest - (direction < 0 ? 1 : 0) : hit + direction);
  };
  return (
    <search className={classes.search}>
      <TextInput
        ref={input}
        size="xs"
        className={classes.query}
        aria-label={t("keys.search")}
        placeholder={t("keys.search")}
        value={query}
        onChange={(event) => session.state.setState({ query: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === "Escape") close();
          else if (event.key === "Enter") go(event.shiftKey ? -1 : 1);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <output className={classes.hits}>
        {query === "" ? "" : t("hits", { count: hits.length, number: hit + 1 })}
      </output>
      <ActionIcon variant="subtle" color="gray" aria-label={t("previousHit")} onClick={() => go(-1)}>
        <IconChevronUp size={16} />
      </ActionIcon>
      <ActionIcon variant="subtle" color="gray" aria-label={t("nextHit")} onClick={() => go(1)}>
        <IconChevronDown size={16} />
      </ActionIcon>
      <CloseButton size="sm" aria-label={t("closeSearch")} onClick={close} />
    </search>
  );
}
