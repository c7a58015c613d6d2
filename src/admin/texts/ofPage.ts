import type { Language } from "./texts.ts";

/** Words that one page has for itself: loaded beside its code and its data, and by nobody else. */
export interface PageWords<Words> {
  /** For the route's loader. */
  readonly load: (language: Language) => Promise<void>;
  /** For what stands on the page. A language is kept until the page is loaded anew. */
  readonly here: () => Words;
}

export function wordsOfPage<Words>(
  languages: Readonly<Record<Language, () => Promise<Words>>>,
): PageWords<Words> {
  let loaded: Words | undefined;
  return {
    load: async (language) => {
      loaded ??= await languages[language]();
    },
    here: () => {
      if (loaded === undefined) throw new Error("a page's words are used before its route has loaded them");
      return loaded;
    },
  };
}
