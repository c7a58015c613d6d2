import type { decision } from "../../../../texts/en/decision.ts";
import { wordsOfPage } from "../../../../texts/ofPage.ts";
import type { Translated } from "../../../../texts/texts.ts";

export const decisionWords = wordsOfPage<Translated<typeof decision>>({
  en: async () => (await import("../../../../texts/en/decision.ts")).decision,
  pl: async () => (await import("../../../../texts/pl/decision.ts")).decision,
});
