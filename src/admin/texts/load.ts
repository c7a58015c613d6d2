import type { Language, Texts } from "./texts.ts";

/** The dictionary of a language: only the one that is spoken is loaded. */
export async function loadTexts(language: Language): Promise<Texts> {
  switch (language) {
    case "en":
      return (await import("./en/index.ts")).texts;
    case "pl":
      return (await import("./pl/index.ts")).texts;
  }
}
