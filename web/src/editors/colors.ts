import type { OptionDeclaration, RegionsField } from "@/interface/declaration";

/**
 * Colours that people with any kind of colour vision can tell apart (Okabe and Ito, then Tol's muted ones),
 * bright enough to be seen on a photograph. Repeats come after sixteen classes.
 */
export const PALETTE = [
  "#56b4e9",
  "#e69f00",
  "#2fbf8f",
  "#f0e442",
  "#d55e00",
  "#cc79a7",
  "#3d8bff",
  "#b5d334",
  "#ff8c8c",
  "#88ccee",
  "#ddcc77",
  "#aa7dff",
  "#44aa99",
  "#ee6677",
  "#c9a17c",
  "#bbbbbb",
] as const;

const HEX = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;

/** The colour of a field's class: "#rrggbb". Its own when it declares one, else by its place among the classes. */
export function classColor(field: RegionsField, value: string): string {
  const place = field.classes.findIndex((each) => each.value === value);
  return place < 0 ? "#bbbbbb" : optionColor(field.classes[place] as OptionDeclaration, place);
}

/** The same for any list of options; `place` is the option's place in its list. */
export function optionColor(option: OptionDeclaration, place: number): string {
  return declaredColor(option) ?? (PALETTE[place % PALETTE.length] as string);
}

/** The colour that an option declares, "#rrggbb"; undefined when it declares none. */
export function declaredColor(option: OptionDeclaration): string | undefined {
  const declared = option.color?.trim();
  return declared !== undefined && HEX.test(declared) ? sixDigits(declared.toLowerCase()) : undefined;
}

/** Black or white, whichever is better to read on a colour "#rrggbb". */
export function textOn(color: string): "#000000" | "#ffffff" {
  const [red, green, blue] = channels(color).map((each) => {
    const share = each / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return luminance > 0.179 ? "#000000" : "#ffffff";
}

/** Red, green and blue of "#rrggbb", 0 to 255 each. */
export function channels(color: string): [red: number, green: number, blue: number] {
  const number = Number.parseInt(color.slice(1, 7), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}

function sixDigits(hex: string): string {
  return hex.length === 7 ? hex : `#${[...hex.slice(1)].map((digit) => digit + digit).join("")}`;
}
