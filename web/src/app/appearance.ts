/** The colour schemes that one may choose; "auto" follows the system. */
export const SCHEMES = ["light", "dark", "auto"] as const;

/** Each language by its own name. */
export const LANGUAGE_NAMES = { en: "English", de: "Deutsch" } as const;
