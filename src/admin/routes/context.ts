import type { Preferences } from "../shared/preferences.ts";
import type { Texts } from "../texts/texts.ts";

/** What every route is given. */
export interface RouterContext {
  readonly texts: Texts;
  /** Loads what the page of a path says. */
  readonly loadTextsFor: (path: string) => Promise<void>;
  /** The texts with the names that the installation has by now. */
  readonly textsAgain: () => Texts;
  readonly preferences: Preferences;
}
