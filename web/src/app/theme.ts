import {
  type CSSVariablesResolver,
  createTheme,
  darken,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  Modal,
  type VariantColorsResolver,
} from "@mantine/core";

/** The gold of the mark. Shade 6 and darker carry white text, shade 4 and lighter black text (WCAG AA). */
const gold: MantineColorsTuple = [
  "#fdf7e7",
  "#f6ecd0",
  "#ecd8a0",
  "#e1c26b",
  "#d8b040",
  "#c99a1c",
  "#8a6508",
  "#765606",
  "#614605",
  "#4c3703",
];

/** Filled gold is dark under the light scheme and bright under the dark one: its text turns with it. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  const primary = input.color === undefined || input.color === input.theme.primaryColor;
  return input.variant === "filled" && primary ? { ...colors, color: "var(--assay-on-primary)" } : colors;
};

export const theme = createTheme({
  variantColorResolver,
  primaryColor: "gold",
  primaryShade: { light: 6, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  colors: { gold },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'Cascadia Code', 'DejaVu Sans Mono', Menlo, monospace",
  components: { Modal: Modal.extend({ styles: { title: { fontWeight: 600 } } }) },
});

/** Text has a contrast of 4.5 to 1 on every surface it stands on (WCAG AA), tinted badges included. */
export const cssVariables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    "--assay-on-primary": "var(--mantine-color-white)",
    "--mantine-color-dimmed": "#5c636a",
    "--mantine-color-placeholder": "#697077",
    "--mantine-color-gray-filled": "#5c636a",
    ...Object.fromEntries(
      Object.entries(colors).map(([name, shades]) => [
        `--mantine-color-${name}-light-color`,
        darken(shades[9], 0.2),
      ]),
    ),
  },
  dark: {
    "--assay-on-primary": "var(--mantine-color-black)",
    "--mantine-color-dimmed": "#a3a3a3",
    "--mantine-color-placeholder": "#9a9a9a",
  },
});
