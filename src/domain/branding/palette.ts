import { contrast, type Seen, seen, shown } from "./colours.ts";

/** Everything that takes its colour from the accent, made of it in both schemes so that each can be read. */
export interface Palette {
  /** Ten shades, the lightest first. */
  readonly shades: readonly string[];
  readonly light: SchemeColours;
  readonly dark: SchemeColours;
}

export interface SchemeColours {
  /** Under white text. */
  readonly filled: string;
  /** Text on the page, and on what is chosen. */
  readonly link: string;
  /** Behind what is chosen. */
  readonly chosen: string;
}

/** What text needs against what is behind it (WCAG 2.2, AA). */
export const READABLE = 4.5;
/** What a part of the page needs against what is around it. */
const VISIBLE = 3;

const WHITE = "#ffffff";
/** What stands behind text, as in `tokens.css`: the page, surfaces, and rows under the pointer. */
const BEHIND = {
  light: ["#f6f7f9", "#ffffff", "#eef1f5"],
  dark: ["#14171b", "#1b1f25", "#232830"],
} as const;

const LIGHTNESS = [0.97, 0.93, 0.87, 0.8, 0.72, 0.64, 0.57, 0.5, 0.42, 0.34];
const STEP = 0.004;

export function paletteOf(accent: string): Palette {
  const own = seen(accent);
  const tint = (lightness: number, chroma: number): string =>
    shown({ ...own, lightness, chroma: Math.min(own.chroma, chroma) });
  const chosen = { light: tint(0.95, 0.02), dark: tint(0.27, 0.05) };
  return {
    shades: LIGHTNESS.map((lightness) => shown({ ...own, lightness })),
    light: {
      filled: nearest(accent, own, (colour) => contrast(colour, WHITE) >= READABLE),
      link: nearest(accent, own, (colour) =>
        [...BEHIND.light, chosen.light].every((behind) => contrast(colour, behind) >= READABLE),
      ),
      chosen: chosen.light,
    },
    dark: {
      filled: nearest(
        accent,
        own,
        (colour) =>
          contrast(colour, WHITE) >= READABLE &&
          BEHIND.dark.slice(0, 2).every((behind) => contrast(colour, behind) >= VISIBLE),
      ),
      link: nearest(accent, own, (colour) =>
        [...BEHIND.dark, chosen.dark].every((behind) => contrast(colour, behind) >= READABLE),
      ),
      chosen: chosen.dark,
    },
  };
}

/** The accent itself if it will do; else the one of the nearest lightness, darker or lighter, that does. */
function nearest(accent: string, own: Seen, isGood: (colour: string) => boolean): string {
  if (isGood(accent)) return accent;
  for (let distance = STEP; distance <= 1; distance += STEP) {
    for (const lightness of [own.lightness - distance, own.lightness + distance]) {
      if (lightness < 0 || lightness > 1) continue;
      const colour = shown({ ...own, lightness });
      if (isGood(colour)) return colour;
    }
  }
  throw new Error(`no shade of ${accent} can be read`);
}
