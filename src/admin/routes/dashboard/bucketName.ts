import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { useTexts } from "../../texts/texts.ts";
import type { Dashboard } from "./queries.ts";

const PARTS = {
  HOUR: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  DAY: { weekday: "short", day: "numeric", month: "short" },
  WEEK: { day: "numeric", month: "short", year: "numeric" },
  MONTH: { month: "short", year: "numeric" },
} as const;

/** How a bucket is called in the zone that its days are cut in. */
export function useBucketName({
  tz,
  overTime: { unit },
}: Dashboard): (bucket: { readonly from: string }) => string {
  const { dashboard } = useTexts();
  const { language } = usePreferences().preferences;
  const format = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    timeZone: tz,
    ...PARTS[unit],
  });
  return ({ from }) => {
    const name = format.format(new Date(from));
    return unit === "WEEK" ? dashboard.overTime.week(name) : name;
  };
}
