/** What the outcomes of a preference are called. Names are neutral: by the place in which a response is shown. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { BOTH_BAD, type Outcome, TIE } from "@/editors/chat/preference";
import type { PreferenceField } from "@/interface/declaration";

export interface OutcomeTexts {
  /** "Response 1", "Tie", "Both bad". */
  readonly short: (outcome: Outcome) => string;
  /** "Response 1 much better". */
  readonly full: (outcome: Outcome) => string;
  /** What stands on a step of a scale: "much", "2". */
  readonly degree: (outcome: Outcome) => string;
}

/** Words for the degrees of the usual scales, the slightest first; others are counted. */
const WORDS: Readonly<Record<number, readonly string[]>> = {
  1: ["better"],
  2: ["slightlyBetter", "muchBetter"],
  3: ["slightlyBetter", "better", "muchBetter"],
};

export function useOutcomeTexts(field: PreferenceField, shown: readonly string[]): OutcomeTexts {
  const { t } = useTranslation("chat");
  return useMemo(() => {
    const strength = field.strength ?? 0;
    const short = ({ preferred }: Outcome) => {
      if (preferred === TIE) return t("preference.tie");
      if (preferred === BOTH_BAD) return t(`preference.${field.over.length > 2 ? "noneGood" : "bothBad"}`);
      const place = shown.indexOf(preferred);
      return place < 0 ? preferred : t("preference.name", { number: place + 1 });
    };
    const wordOf = (outcome: Outcome) =>
      outcome.strength === undefined ? undefined : WORDS[strength]?.[outcome.strength - 1];
    return {
      short,
      full: (outcome) => {
        const name = short(outcome);
        const word = wordOf(outcome);
        if (outcome.strength === undefined) return name;
        if (word !== undefined) return t(`preference.${word}`, { name });
        return t("preference.degree", { name, degree: outcome.strength, of: strength });
      },
      degree: (outcome) => {
        const word = wordOf(outcome);
        if (outcome.strength === undefined) return short(outcome);
        return word === undefined ? String(outcome.strength) : t(`preference.words.${word}`);
      },
    };
  }, [field, shown, t]);
}
