import { useSyncExternalStore } from "react";
import { type Palette, paletteOf } from "../../domain/branding/palette.ts";
import { boot } from "../api/session.ts";
import type { CommonTexts, Language } from "../texts/texts.ts";

/** How this installation presents itself: what an administrator decided, else as the product comes. */

export type Branding = (typeof boot)["branding"];

let branding: Branding = boot.branding;
const listeners = new Set<() => void>();

/** Decided anew, here or in another tab. */
export function takeBranding(decided: Branding): void {
  branding = decided;
  for (const listener of listeners) listener();
}

export function onBranding(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function brandingNow(): Branding {
  return branding;
}

/** The product's own accent. */
export const OWN_ACCENT = "#1d5fbf";

interface Brand {
  readonly logo: string;
  readonly support: NonNullable<Branding>["support"];
  readonly links: NonNullable<Branding>["links"];
}

export function useBrand(): Brand {
  const now = useSyncExternalStore(onBranding, brandingNow);
  return {
    logo: now?.logo == null ? "/admin/icon.svg" : logoPath(now.logo.hash),
    support: now?.support ?? { email: null, phone: null },
    links: now?.links ?? [],
  };
}

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
