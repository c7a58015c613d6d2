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

const palette = brandPalette();

/** The installation's accent in ten shades; the two that are filled are those that white text can be read on. */
function accentOf({ shades, light, dark: darkScheme }: Palette): MantineColorsTuple {
  const [a = "", b = "", c = "", d = "", e = "", f = "", , , i = "", j = ""] = shades;
  return [a, b, c, d, e, f, darkScheme.filled, light.filled, i, j];
}

export const theme = createTheme({
  primaryColor: "accent",
  colors: { accent: palette === null ? accent : accentOf(palette), dark, gray },
  primaryShade: { light: 7, dark: 6 },
  defaultRadius: 4,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif',
  fontFamilyMonospace: "var(--mono)",
  fontSizes: { xs: "12px", sm: "14px", md: "14px", lg: "16px", xl: "20px" },
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
});

/** What tokens.css takes from the accent, where the installation has one of its own. */
export function applyAccent(): void {
  if (palette === null) return;
  const { light, dark: darkScheme } = palette;
  const { style } = document.documentElement;
  style.setProperty("--accent", `light-dark(${light.filled}, ${darkScheme.filled})`);
  style.setProperty("--link", `light-dark(${light.link}, ${darkScheme.link})`);
  style.setProperty("--focus", `light-dark(${light.link}, ${darkScheme.link})`);
  style.setProperty("--chosen", `light-dark(${light.chosen}, ${darkScheme.chosen})`);
}

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
