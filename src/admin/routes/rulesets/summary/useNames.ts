import { useQuery } from "@tanstack/react-query";
import { may } from "../../../api/session.ts";
import { formatMoney } from "../../../shared/money/format.ts";
import { usePreferences } from "../../../shared/page/preferencesContext.ts";
import { zoneOf } from "../../../shared/preferences.ts";
import { formatInstant } from "../../../shared/time/format.ts";
import { useTexts } from "../../../texts/texts.ts";
import { allLocationsQuery } from "../../locations/queries.ts";
import type { Names } from "./sentence.ts";

/** How things are named here: by the chosen language and zone, places by their names where they may be seen. */
export function useNames(): Names {
  const { rulesetSummary } = useTexts();
  const { preferences } = usePreferences();
  const { data } = useQuery({ ...allLocationsQuery(), enabled: may("locations:read") });
  const { language } = preferences;
  return {
    words: rulesetSummary,
    placeName: (id) => data?.find((place) => place.id === id)?.name ?? id,
    time: (at) => formatInstant(at, { language, zone: zoneOf(preferences), seconds: false }),
    money: (amount, currency) =>
      /^\d+(\.\d+)?$/.test(amount) ? formatMoney({ amount, currency }, language) : `${amount} ${currency}`,
  };
}
