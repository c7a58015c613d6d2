import type { EntryRejected } from "../../domain/card/events.ts";
import type { Allocation } from "../../domain/card/shapes.ts";

/** What an operation's row says before anything has happened, and what its columns say of parts of events. */

const NOT_OFFLINE = {
  offline: null,
  report_id: null,
  card_flags: [],
  reviewed_flags: [],
  review: null,
  waits: false,
  overtaken_by: [],
  cap_max: null,
  budget_max: null,
  budget_from: null,
  budget_to: null,
} as const;

const NO_HEADS = { adults_free: 0, adults_paid: 0, children_free: 0, children_paid: 0, free_children: 0 };

/** What only later events of an entry say. */
export const UNTOUCHED = {
  ...NO_HEADS,
  type: "ONLINE",
  confirmed_at: null,
  charged_amount: null,
  charged_currency: null,
  payment_status: "NONE",
  flags: [],
  cancel_reason: null,
  reversal: null,
  corrections: [],
  ...NOT_OFFLINE,
} as const;

export const BLANK = {
  ...UNTOUCHED,
  code: null,
  merchant_id: null,
  location_id: null,
  location_name: null,
  country: null,
  service: null,
  expires_at: null,
  ica: null,
  ica_name: null,
  product_code: null,
  issuer_country: null,
  ruleset_id: null,
  ruleset_name: null,
  ruleset_version: null,
  cost: null,
  card_auth_response_code: null,
  trust: null,
} as const;

export function heads({ adults, children, freeChildren }: Allocation) {
  return {
    adults_free: adults.free,
    adults_paid: adults.paid,
    children_free: children.free,
    children_paid: children.paid,
    free_children: freeChildren,
  };
}

/** Where it was, whose card it was, and under which ruleset. */
export function settingOf({
  location,
  issuer,
  ruleset,
}: Pick<EntryRejected["data"], "location" | "issuer" | "ruleset">) {
  return {
    merchant_id: location?.merchantId ?? null,
    location_id: location?.id ?? null,
    location_name: location?.name ?? null,
    country: location?.country ?? null,
    service: location?.service ?? null,
    ica: issuer?.ica ?? null,
    ica_name: issuer?.issuerName ?? null,
    product_code: issuer?.productCode ?? null,
    issuer_country: issuer?.country ?? null,
    ruleset_id: ruleset?.id ?? null,
    ruleset_name: ruleset?.name ?? null,
    ruleset_version: ruleset?.version ?? null,
  };
}
