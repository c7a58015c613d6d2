import type { Texts } from "../../../texts/texts.ts";

/** What fields are called where several of a kind stand on the page. */
export function fieldLabels(f: Texts["rulesetFields"]): Readonly<Record<string, string>> {
  const own = f.sections.cardholder;
  const tier = (name: string, before: string): Readonly<Record<string, string>> => ({
    [name]: before,
    [`${name}.free`]: `${before}: ${f.free}`,
    [`${name}.paid`]: `${before}: ${f.paid}`,
    [`${name}.fee`]: `${before}: ${f.amount}`,
    [`${name}.maxPerEntry`]: `${before}: ${f.maxPerEntry}`,
  });
  return {
    name: f.name,
    description: f.description,
    priority: f.priority,
    validFrom: f.validFrom,
    validTo: f.validTo,
    "criteria.issuerCountries": f.issuerCountries,
    "criteria.productCodes": f.productCodes,
    "criteria.icas": f.icas,
    "criteria.services": f.services,
    "criteria.locations.countries": f.placeCountries,
    "criteria.locations.locationIds": f.placeIds,
    "totalUsage.max": f.totalMax,
    "totalUsage.window": `${f.totalMode}: ${f.window}`,
    ...tier("cardholder", own),
    "cardholder.window": `${own}: ${f.window}`,
    "cardholder.perLocation": f.perLocation,
    ...tier("guests.adults", f.adults),
    ...tier("guests.children", f.children),
    "guests.freeUnderAge": f.freeUnderAge,
    "guests.sharedPool": f.poolFree,
    "spend.amount": f.spendAmount,
    "spend.currency": f.spendCurrency,
    "spend.days": f.spendDays,
    "spend.mccs": f.mccs,
    "spend.graceDays": f.graceDays,
    externalRule: f.externalRuleId,
    verification: f.verificationMode,
    "offline.accountRanges": f.offlineRanges,
    "offline.whitelist": f.offlineWhitelist,
    "offline.maxGuests": f.offlineGuests,
    "offline.perCardAndDay": f.offlinePerCard,
    "offline.perTerminalAndDay": f.offlinePerTerminal,
  };
}
