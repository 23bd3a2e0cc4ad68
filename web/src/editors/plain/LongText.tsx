import { useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "@/editors/plain/Plain.module.css";

/** Characters that are shown at first; texts a little longer are shown whole. */
const [FIRST, MOST] = [1_200, 1_600];

/** A text as it is, line breaks and all; a long one is cut until somebody asks for the rest. */
export function LongText({ text }: { readonly text: string }) {
  const { t } = useTranslation("plain");
  const [whole, setWhole] = useState(text.length <= MOST);
  return (
    <span className={classes.text} dir="auto">
      {whole ? text : `${text.slice(0, FIRST)}…`}
      {!whole && (
        <button type="button" className={classes.more} onClick={() => setWhole(true)}>
          {t("showAll")}
        </button>
      )}
    </span>
  );
}
