import type { virtualTerminal } from "../../texts/en/virtualTerminal.ts";
import { wordsOfPage } from "../../texts/ofPage.ts";
import type { Translated } from "../../texts/texts.ts";

export const virtualTerminalWords = wordsOfPage<Translated<typeof virtualTerminal>>({
  en: async () => (await import("../../texts/en/virtualTerminal.ts")).virtualTerminal,
  pl: async () => (await import("../../texts/pl/virtualTerminal.ts")).virtualTerminal,
});
