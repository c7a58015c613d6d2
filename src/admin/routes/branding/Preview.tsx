import { useDeferredValue } from "react";
import { type Palette, paletteOf, type SchemeColours } from "../../../domain/branding/palette.ts";
import { logoPath } from "../../shared/brand.ts";
import { useTexts } from "../../texts/texts.ts";
import classes from "./Preview.module.css";

const SCHEMES = ["light", "dark"] as const;

/** How it will look in both schemes, and what of the accent had to be adjusted to be read. */
export function Preview({
  name,
  accent: typed,
  logo,
}: {
  readonly name: string;
  readonly accent: string;
  readonly logo: string;
}) {
  const { branding } = useTexts();
  const accent = useDeferredValue(typed);
  if (!/^#[0-9a-f]{6}$/.test(accent)) return null;
  const palette = paletteOf(accent);
  return (
    <aside className={classes["preview"]} aria-label={branding.parts.preview}>
      <h2>{branding.parts.preview}</h2>
      {SCHEMES.map((scheme) => (
        <Sample key={scheme} scheme={scheme} colours={palette[scheme]} name={name} logo={logo} />
      ))}
      <div className={classes["shades"]} role="img" aria-label={branding.sample.shades}>
        {palette.shades.map((shade) => (
          <span key={shade} style={{ background: shade }} />
        ))}
      </div>
      <Adjusted accent={accent} palette={palette} />
    </aside>
  );
}

function Sample({
  scheme,
  colours: { filled, link, chosen },
  name,
  logo,
}: {
  readonly scheme: (typeof SCHEMES)[number];
  readonly colours: SchemeColours;
  readonly name: string;
  readonly logo: string;
}) {
  const { branding } = useTexts();
  const { sample, schemes } = branding;
  return (
    <section className={classes["sample"]} data-scheme={scheme} aria-label={schemes[scheme]}>
      <header>
        <img src={logo === "" ? "/admin/icon.svg" : logoPath(logo)} alt="" height={22} />
        <bdi>{name}</bdi>
      </header>
      <div>
        <span className={classes["chosen"]} style={{ color: link, background: chosen }}>
          {sample.chosen}
        </span>
        <span style={{ color: link }}>{sample.link}</span>
        <span className={classes["button"]} style={{ background: filled }}>
          {sample.button}
        </span>
      </div>
    </section>
  );
}

function Adjusted({ accent, palette }: { readonly accent: string; readonly palette: Palette }) {
  const { adjusted: words, schemes } = useTexts().branding;
  const lines = SCHEMES.flatMap((scheme) =>
    (["filled", "link"] as const).flatMap((part) => {
      const made = palette[scheme][part];
      return made === accent ? [] : [words[part](schemes[scheme], accent, made)];
    }),
  );
  return (
    <div aria-live="polite">
      <p>{lines.length === 0 ? words.none : words.some(lines.length)}</p>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}
