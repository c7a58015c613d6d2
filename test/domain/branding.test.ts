import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { branding } from "../../src/domain/branding/branding.ts";
import { contrast, seen, shown } from "../../src/domain/branding/colours.ts";
import { brandingInput } from "../../src/domain/branding/input.ts";
import { paletteOf } from "../../src/domain/branding/palette.ts";
import { fold } from "../../src/domain/decider.ts";
import { instant } from "../../src/domain/time.ts";

const colour = fc
  .integer({ min: 0, max: 0xffffff })
  .map((value) => `#${value.toString(16).padStart(6, "0")}`);

describe("the colours made of an accent", () => {
  test("areReadWhateverTheAccent, in both schemes", () => {
    fc.assert(
      fc.property(colour, (accent) => {
        const { light, dark } = paletteOf(accent);
        for (const { filled } of [light, dark])
          expect(contrast(filled, "#ffffff")).toBeGreaterThanOrEqual(4.5);
        for (const behind of ["#ffffff", "#f6f7f9", light.chosen])
          expect(contrast(light.link, behind)).toBeGreaterThanOrEqual(4.5);
        for (const behind of ["#1b1f25", "#14171b", dark.chosen])
          expect(contrast(dark.link, behind)).toBeGreaterThanOrEqual(4.5);
        expect(contrast(dark.filled, "#1b1f25")).toBeGreaterThanOrEqual(3);
      }),
      { numRuns: 2_000 },
    );
  });

  test("areTheAccentItselfWhereThatIsReadAlready", () => {
    fc.assert(
      fc.property(colour, (accent) => {
        const { light } = paletteOf(accent);
        expect(light.filled === accent).toBe(contrast(accent, "#ffffff") >= 4.5);
      }),
    );
    expect(paletteOf("#1d5fbf").light).toMatchObject({ filled: "#1d5fbf", link: "#1d5fbf" });
  });

  test("keepItsHue, unless it has none", () => {
    fc.assert(
      fc.property(colour, (accent) => {
        const own = seen(accent);
        fc.pre(own.chroma > 0.08);
        const { light, dark } = paletteOf(accent);
        for (const made of [light.filled, light.link, dark.filled, dark.link]) {
          const { hue, chroma } = seen(made);
          if (chroma < 0.03) continue;
          const apart = Math.abs(Math.atan2(Math.sin(hue - own.hue), Math.cos(hue - own.hue)));
          expect(apart).toBeLessThan(0.1);
        }
      }),
    );
  });

  test("areTenShadesFromLightToDark", () => {
    fc.assert(
      fc.property(colour, (accent) => {
        const { shades } = paletteOf(accent);
        expect(shades).toHaveLength(10);
        const lightness = shades.map((shade) => seen(shade).lightness);
        expect(lightness).toEqual([...lightness].sort((a, b) => b - a));
      }),
    );
  });

  test("areTheSameAfterBeingSeenAndShown, and contrast is that of WCAG", () => {
    fc.assert(
      fc.property(colour, (one) => {
        expect(shown(seen(one))).toBe(one);
      }),
    );
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
    expect(contrast("#ffffff", "#777777")).toBe(contrast("#777777", "#ffffff"));
    const { lightness, chroma, hue } = seen("#ff0000");
    expect([lightness, chroma, (hue * 180) / Math.PI].map((value) => Number(value.toFixed(3)))).toEqual([
      0.628, 0.258, 29.234,
    ]);
  });
});

const BODY = {
  name: "Vistula Lounges",
  accent: "#0a7d33",
  logo: null,
  support: { email: "help@example.org", phone: "+48 22 000 00 00" },
  links: [{ label: "Imprint", url: "https://example.org/imprint" }],
  services: {
    LOUNGE: { offered: true, names: { en: "Lounges", pl: null } },
    FAST_LINE: { offered: false, names: { en: null, pl: null } },
  },
};

describe("how the panel presents itself", () => {
  const by = { id: "01J00000000000000000000VA1", role: "ADMIN" };
  const stored = {
    ...BODY,
    services: [{ service: "LOUNGE", offered: true, names: [{ language: "en", name: "Lounges" }] }],
  };
  const change = (body: typeof stored) => ({
    type: "ChangeBranding" as const,
    ...{ body, now: instant("2026-11-29T12:00:00Z"), by },
  });

  test("isWhatWasDecidedLast, and what is so already is not written", () => {
    const first = branding.decide(null, change(stored));
    if (first.kind !== "accepted") throw new Error("nothing is refused");
    const state = fold(branding, branding.initial, first.events);
    expect(state).toEqual({ body: stored, modifiedAt: "2026-11-29T12:00:00.000Z", modifiedBy: by });
    expect(branding.decide(state, change(stored))).toEqual({ kind: "accepted", events: [] });
    const next = branding.decide(state, change({ ...stored, name: "Other" }));
    expect(next.kind === "accepted" ? next.events.length : 0).toBe(1);
  });

  test.each<readonly [what: string, change: object]>([
    ["no name", { name: "  " }],
    ["a name without end", { name: "x".repeat(61) }],
    ["a colour by name", { accent: "red" }],
    ["more than a colour", { accent: "#1d5fbf;background:url(x)" }],
    ["a link that runs something", { links: [{ label: "x", url: "javascript:alert(1)" }] }],
    ["a link over plain http", { links: [{ label: "x", url: "http://example.org" }] }],
    ["links without end", { links: Array.from({ length: 6 }, () => BODY.links[0]) }],
    ["a logo that is no hash", { logo: "../../etc/passwd" }],
    [
      "no service at all",
      { services: { ...BODY.services, LOUNGE: { ...BODY.services.LOUNGE, offered: false } } },
    ],
    ["a service that is missing", { services: { LOUNGE: BODY.services.LOUNGE } }],
    ["an address that is none", { support: { email: "help", phone: null } }],
    ["something that is not known", { css: "*{}" }],
  ])("isNotTakenWith %s", (_, wrong) => {
    expect(brandingInput.safeParse(BODY).success).toBe(true);
    expect(brandingInput.safeParse({ ...BODY, ...wrong }).success).toBe(false);
  });
});
