import { memo, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { buildMarkdown } from "./build";
import classes from "./Markdown.module.css";
import type { MediaAddresses } from "./sanitise";

export interface MarkdownProps {
  readonly text: string;
  /** Address of each file that the text may show, by the name it has in the text; no other picture is loaded. */
  readonly media?: MediaAddresses;
}

const NO_MEDIA: MediaAddresses = {};
/** Longer texts are parsed when they come near the window. */
const LAZY_FROM = 20_000;

/** Customer text as Markdown: sanitised, no remote picture, formulas as MathML, code with its language. */
export const Markdown = memo(function Markdown({ text, media = NO_MEDIA }: MarkdownProps) {
  const { t } = useTranslation("markdown");
  const container = useRef<HTMLDivElement>(null);
  const [plain, setPlain] = useState(false);
  const near = useNear(container, text.length < LAZY_FROM);
  const copy = t("copy");
  const copied = t("copied");
  useLayoutEffect(() => {
    const element = container.current;
    if (element === null || !near) return;
    const built = buildMarkdown(element, text, media, { copy, copied, classes });
    if (!built) element.textContent = text;
    setPlain(!built);
  }, [text, media, near, copy, copied]);
  return (
    <div ref={container} className={plain ? classes.plain : classes.markdown} data-markdown dir="auto" />
  );
});

/** Whether an element has come near the window; true from the start when there is nothing to wait for. */
function useNear(target: React.RefObject<HTMLElement | null>, from: boolean): boolean {
  const [near, setNear] = useState(from);
  useLayoutEffect(() => {
    if (near || target.current === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setNear(true);
      },
      { rootMargin: "600px" },
    );
    observer.observe(target.current);
    return () => observer.disconnect();
  }, [near, target]);
  return near;
}
