import { useEffect, useRef, useState } from "react";
import classes from "@/components/SandboxedHtml.module.css";

/** Height in pixels until the page has said its own, and the greatest that it gets; beyond, it scrolls. */
const [FIRST_HEIGHT, GREATEST_HEIGHT] = [120, 20_000];

export interface SandboxedHtmlProps {
  readonly html: string;
  /** What the frame is called for those who do not see it. */
  readonly title: string;
}

/**
 * Customers' HTML in a frame whose origin is nobody's. The page in it (`/sandbox`, under a policy of its own) is
 * sent the HTML, takes out what acts, and tells its height; nothing in it runs, loads or leads anywhere.
 */
export function SandboxedHtml({ html, title }: SandboxedHtmlProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [ready, setReady] = useState(false);
  const [height, setHeight] = useState(FIRST_HEIGHT);
  useEffect(() => {
    const listen = (event: MessageEvent<unknown>) => {
      const said = event.source === frame.current?.contentWindow ? heightIn(event.data) : null;
      if (said !== null) setHeight(said);
    };
    window.addEventListener("message", listen);
    return () => window.removeEventListener("message", listen);
  }, []);
  useEffect(() => {
    // An origin that is nobody's has no name to address it by.
    if (ready) frame.current?.contentWindow?.postMessage({ html }, "*");
  }, [ready, html]);
  return (
    <iframe
      ref={frame}
      className={classes.frame}
      src="/sandbox"
      sandbox="allow-scripts"
      referrerPolicy="no-referrer"
      title={title}
      style={{ height }}
      onLoad={() => setReady(true)}
    />
  );
}

function heightIn(message: unknown): number | null {
  if (typeof message !== "object" || message === null || !("height" in message)) return null;
  const { height } = message;
  if (typeof height !== "number" || !(height >= 0)) return null;
  return Math.min(Math.ceil(height), GREATEST_HEIGHT);
}
