import type { UseFormReturn } from "react-hook-form";
import type { RulesetForm } from "../form/model.ts";
import type { Finding } from "../queries.ts";

type Form = Pick<UseFormReturn<RulesetForm>, "getValues" | "setValue">;

/** How a finding is mended where there is but one way that changes nothing for any card; else null. */
export function fixOf({ kind, pointer, names }: Finding, { getValues, setValue }: Form): (() => void) | null {
  const change = { shouldDirty: true, shouldTouch: true, shouldValidate: true } as const;
  switch (kind) {
    case "POOL_HIDES_FREE":
      return () => {
        const counts = ["cardholder.free", "guests.adults.free", "guests.children.free"] as const;
        const name = counts.find((one) => `/${one.replaceAll(".", "/")}` === pointer);
        if (name !== undefined) setValue(name, "0", change);
      };
    case "PER_LOCATION_ABOVE_TOTAL":
      return () => setValue("cardholder.perLocation", "", change);
    case "TIER_NEVER_REACHED": {
      const tiers = ["cardholder", "guests.adults", "guests.children"] as const;
      const tier = tiers.find((one) => `/${one.replaceAll(".", "/")}/paid` === pointer);
      return tier === undefined ? null : () => setValue(`${tier}.mode`, "FREE", change);
    }
    case "PLACE_UNKNOWN": {
      const ids = getValues("criteria.locations.locationIds");
      const left = ids.filter((id) => !names.includes(id));
      // Without any it would be for every place.
      const isSure = left.length > 0 || getValues("criteria.locations.countries").length > 0;
      return isSure ? () => setValue("criteria.locations.locationIds", left, change) : null;
    }
    case "NOBODY_GETS_IN":
    case "SHADOWED":
    case "OVERLAPS":
    case "PLACE_OF_OTHER_SERVICE":
    case "ENDED_ALREADY":
    case "RANGE_UNKNOWN":
    case "CURRENCY_WITHOUT_RATES":
    case "MCC_UNKNOWN":
    case "FEES_NOT_CHARGED":
      return null;
  }
}
