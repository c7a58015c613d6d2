import { type Palette, paletteOf } from "../../domain/branding/palette.ts";
import { boot } from "../api/session.ts";
import type { CommonTexts, Language } from "../texts/texts.ts";

/** How this installation presents itself: what an administrator decided, else as the product comes. */

const { branding } = boot;

/** The product's own accent. */
export const OWN_ACCENT = "#1d5fbf";

export const brand = {
  logo: branding?.logo == null ? "/admin/icon.svg" : logoPath(branding.logo.hash),
  support: branding?.support ?? { email: null, phone: null },
  links: branding?.links ?? [],
};

export function logoPath(hash: string): string {
  return `/api/branding/logo/${hash}`;
}

/** Null for the product's own accent, whose colours were chosen by hand. */
export function brandPalette(): Palette | null {
  return branding === null || branding.accent === OWN_ACCENT ? null : paletteOf(branding.accent);
}

/** What is not offered is not there to choose; what has it already keeps its name. */
export function isOffered(service: string): boolean {
  return offerOf(service)?.offered !== false;
}

function offerOf(service: string) {
  return branding?.services.find((one) => one.service === service);
}

/** The texts with the installation's own name, and its own names of services. */
export function brandedTexts(texts: CommonTexts, language: Language): CommonTexts {
  if (branding === null) return texts;
  const { services } = texts.operations;
  const named = (service: keyof typeof services): string =>
    offerOf(service)?.names.find((one) => one.language === language)?.name ?? services[service];
  return {
    ...texts,
    shell: { ...texts.shell, productName: branding.name },
    operations: {
      ...texts.operations,
      services: { LOUNGE: named("LOUNGE"), FAST_LINE: named("FAST_LINE") },
    },
  };
}
