import type { system } from "../../texts/en/system.ts";
import { wordsOfPage } from "../../texts/ofPage.ts";
import type { Translated } from "../../texts/texts.ts";

export const systemWords = wordsOfPage<Translated<typeof system>>({
  en: async () => (await import("../../texts/en/system.ts")).system,
  pl: async () => (await import("../../texts/pl/system.ts")).system,
});
