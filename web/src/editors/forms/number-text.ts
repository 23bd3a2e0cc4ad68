/** Read what a person writes as a number: with the point or the comma of their language, and group marks. */
export function parseNumber(text: string, language: string): number | undefined {
  const parts = new Intl.NumberFormat(language).formatToParts(12345.6);
  const decimal = parts.find(({ type }) => type === "decimal")?.value ?? ".";
  const group = parts.find(({ type }) => type === "group")?.value ?? ",";
  const plain = text.trim().replaceAll(/[\s\u00a0\u202f'’]/g, "");
  const isGrouped = new RegExp(`^[+-]?\\d{1,3}(\\${group}\\d{3})+(\\${decimal}\\d+)?$`).test(plain);
  const ungrouped = isGrouped ? plain.replaceAll(group, "") : plain;
  const pointed = ungrouped.replace(decimal, ".").replace("−", "-");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(pointed) ? Number(pointed) : undefined;
}

/** A number as a person of this language writes it, all its digits kept. */
export function formatNumber(value: number, language: string): string {
  const format = new Intl.NumberFormat(language, { useGrouping: false, maximumSignificantDigits: 17 });
  const decimal = format.formatToParts(1.5).find(({ type }) => type === "decimal")?.value ?? ".";
  return String(value).replace(".", decimal);
}
