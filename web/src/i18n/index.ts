import i18next from "i18next";
import { initReactI18next } from "react-i18next";

/** Each namespace is one file per language in locales/. */
const files = import.meta.glob<{ default: Record<string, unknown> }>("./locales/*/*.json");

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

const STORED = "assay.language";

export function preferredLanguage(): Language {
  const wanted = [localStorage.getItem(STORED), ...navigator.languages];
  for (const each of wanted) {
    const found = LANGUAGES.find((language) => each?.toLowerCase().startsWith(language));
    if (found !== undefined) return found;
  }
  return "en";
}

export async function changeLanguage(language: Language): Promise<void> {
  localStorage.setItem(STORED, language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

/** Read a namespace when it is first needed, so that an editor's texts come with the editor. */
const reader = {
  type: "backend" as const,
  init: () => undefined,
  read(
    language: string,
    namespace: string,
    done: (error: Error | null, texts: Record<string, unknown> | null) => void,
  ) {
    const load = files[`./locales/${language}/${namespace}.json`];
    if (load === undefined) done(new Error(`There are no texts ${language}/${namespace}`), null);
    else
      load().then(
        (file) => done(null, file.default),
        (error: Error) => done(error, null),
      );
  },
};

export async function startTranslations(): Promise<void> {
  const language = preferredLanguage();
  document.documentElement.lang = language;
  await i18next
    .use(reader)
    .use(initReactI18next)
    .init({
      lng: language,
      fallbackLng: "en",
      supportedLngs: [...LANGUAGES],
      ns: ["common"],
      defaultNS: "common",
      interpolation: { escapeValue: false },
      react: { useSuspense: true },
    });
}
