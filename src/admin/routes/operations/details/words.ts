import type { operation } from "../../../texts/en/operation.ts";
import { wordsOfPage } from "../../../texts/ofPage.ts";
import type { Translated } from "../../../texts/texts.ts";

export const operationWords = wordsOfPage<Translated<typeof operation>>({
  en: async () => (await import("../../../texts/en/operation.ts")).operation,
  pl: async () => (await import("../../../texts/pl/operation.ts")).operation,
});
