import i18next from "i18next";
import type { ToolHost } from "@/editors/image/contract";

/** Says a text of the locale file "image" under tools.said, in the person's language. */
export function tell(host: ToolHost, text: string, values: Readonly<Record<string, string | number>> = {}) {
  host.say(i18next.t(`tools.said.${text}`, { ns: "image", ...values }));
}
