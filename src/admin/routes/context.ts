import type { Preferences } from "../shared/preferences.ts";
import type { Texts } from "../texts/texts.ts";

/** What every route is given. */
export interface RouterContext {
  readonly texts: Texts;
  readonly preferences: Preferences;
}
