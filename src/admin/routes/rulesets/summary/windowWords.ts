import type { Texts } from "../../../texts/texts.ts";
import type { WindowForm } from "../form/model.ts";

/** A window as part of a sentence: `in any 30 days`. */
export function windowWords(
  { kind, days, unit, timeZone }: WindowForm,
  words: Texts["rulesetSummary"],
): string {
  switch (kind) {
    case "NONE":
      return words.forEver;
    case "ROLLING":
      return words.lastDays(days || words.gap);
    case "CALENDAR":
      return words.calendar(words.units[unit], timeZone || words.gap);
    case "VALIDITY":
      return words.validity;
  }
}
