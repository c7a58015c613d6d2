import type { Palette } from "../../domain/branding/palette.ts";
import { brandPalette } from "../shared/brand.ts";
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

/** The product's own. */
const accent: MantineColorsTuple = [
  "#eaf2fc",
  "#d3e2f7",
  "#a6c5ef",
  "#7fb0f5",
  "#5a95e6",
  "#3c7fd8",
  "#2f6fc9",
  "#1d5fbf",
  "#184f9f",
  "#123d7b",
];

/** Fields and menus of Mantine's take their surfaces and borders from these two. */
const dark: MantineColorsTuple = [
  "#e7eaee",
  "#c3cad3",
  "#a9b2be",
  "#939daa",
  "#7b8694",
  "#363d47",
  "#14171b",
  "#1b1f25",
  "#14171b",
  "#0f1215",
];
const gray: MantineColorsTuple = [
  "#f6f7f9",
  "#eef1f5",
  "#e3e7ec",
  "#d5dae1",
  "#7a8492",
  "#667080",
  "#525c69",
  "#444d59",
  "#2f3742",
  "#1b2027",
];

/** The installation's accent in ten shades; the two that are filled are those that white text can be read on. */
function accentOf({ shades, light, dark: darkScheme }: Palette): MantineColorsTuple {
  const [a = "", b = "", c = "", d = "", e = "", f = "", , , i = "", j = ""] = shades;
  return [a, b, c, d, e, f, darkScheme.filled, light.filled, i, j];
}

/** In the accent that the installation has now. */
export function themeNow() {
  const palette = brandPalette();
  return createTheme({
    ...COMMON,
    colors: { accent: palette === null ? accent : accentOf(palette), dark, gray },
  });
}

const COMMON = {
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 6 },
  defaultRadius: 4,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif',
  fontFamilyMonospace: "var(--mono)",
  fontSizes: { xs: "12px", sm: "14px", md: "14px", lg: "16px", xl: "20px" },
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
} as const;

/** What tokens.css takes from the accent, where the installation has one of its own. */
export function applyAccent(): void {
  const palette = brandPalette();
  const { style } = document.documentElement;
  for (const [name, shade] of TOKENS) {
    if (palette === null) style.removeProperty(name);
    else style.setProperty(name, `light-dark(${palette.light[shade]}, ${palette.dark[shade]})`);
  }
}

const TOKENS = [
  ["--accent", "filled"],
  ["--link", "link"],
  ["--focus", "link"],
  ["--chosen", "chosen"],
] as const;

/** Mantine's own colours fail on contrast in places: they are ours. */
export const variables: CSSVariablesResolver = () => ({
  variables: {
    "--mantine-color-body": "var(--surface)",
    "--mantine-color-text": "var(--text)",
    "--mantine-color-dimmed": "var(--second)",
    "--mantine-color-error": "var(--bad)",
    "--mantine-color-placeholder": "light-dark(#667080, #939daa)",
    "--mantine-color-default-border": "var(--control)",
    "--mantine-color-anchor": "var(--link)",
    "--mantine-color-default-hover": "var(--hover)",
  },
  light: {},
  dark: {},
});
