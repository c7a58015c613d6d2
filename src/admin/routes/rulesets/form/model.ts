import type { CalendarUnit } from "../../../../domain/window.ts";
import type { Service } from "./services.ts";

/**
 * A rule as it is typed: every field is a text, and what a choice hides keeps its text. Fields stand where the body has them,
 * so that what the server says of a member of the body is found at its field.
 */

export type TierMode = "NONE" | "FREE" | "PAID" | "FREE_THEN_PAID";
export type WindowKind = "NONE" | "ROLLING" | "CALENDAR" | "VALIDITY";
export type Outage = "CLOSED" | "OPEN";
export type Trust = "NONE" | "CODE" | "BEARER" | "KEY" | "CERTIFICATE" | "ATTESTED";
export type VerificationMode = "NONE" | "ASI" | "ASI_THEN_AMOUNT";

/** In a field of counts. */
export const UNLIMITED = "UNLIMITED";

export interface WindowForm {
  kind: WindowKind;
  days: string;
  unit: CalendarUnit;
  timeZone: string;
}

export interface TierForm {
  mode: TierMode;
  free: string;
  paid: string;
  fee: { amount: string };
}

export interface GuestForm extends TierForm {
  maxPerEntry: string;
}

export interface RangeForm {
  low: string;
  high: string;
}

export interface IcaForm {
  ica: string;
  mode: "WHOLE" | "RANGES";
  accountRanges: RangeForm[];
}

export interface RulesetForm {
  name: string;
  description: string;
  priority: string;
  validFrom: string | null;
  validTo: string | null;
  criteria: {
    issuerCountries: string[];
    productCodes: string[];
    icas: IcaForm[];
    services: Service[];
    placeMode: "ANYWHERE" | "LISTED";
    locations: { countries: string[]; locationIds: string[] };
    enrolledOnly: boolean;
    minimumTrust: Trust;
  };
  totalUsage: { mode: "NONE" | "LIMITED"; max: string; window: WindowForm };
  /** Of all fees. */
  currency: string;
  cardholder: TierForm & { perLocation: string; window: WindowForm };
  guests: {
    adults: GuestForm;
    children: GuestForm;
    freeUnderAge: string;
    hasPool: boolean;
    sharedPool: { free: string };
  };
  spend: {
    mode: "OFF" | "ON";
    amount: string;
    currency: string;
    days: string;
    mccs: string[];
    graceDays: string;
  };
  externalRule: { mode: "OFF" | "ON"; ruleId: string; onFailure: Outage };
  verification: { mode: VerificationMode; onFailure: Outage; chargesFees?: boolean | undefined };
  offline: {
    mode: "OFF" | "ON";
    accountRanges: boolean;
    whitelist: boolean;
    maxGuests: string;
    perCardAndDay: string;
    perTerminalAndDay: string;
  };
}

function emptyWindow(kind: WindowKind): WindowForm {
  return { kind, days: "30", unit: "MONTH", timeZone: "UTC" };
}

function emptyGuest(): GuestForm {
  return { mode: "NONE", free: "", paid: "", fee: { amount: "" }, maxPerEntry: "" };
}

/** A new rule: as nothing was said yet. */
export function emptyForm(): RulesetForm {
  return {
    name: "",
    description: "",
    priority: "100",
    validFrom: null,
    validTo: null,
    criteria: {
      issuerCountries: [],
      productCodes: [],
      icas: [],
      services: [],
      placeMode: "ANYWHERE",
      locations: { countries: [], locationIds: [] },
      enrolledOnly: false,
      minimumTrust: "NONE",
    },
    totalUsage: { mode: "NONE", max: "", window: emptyWindow("CALENDAR") },
    currency: "EUR",
    cardholder: {
      mode: "FREE",
      free: "",
      paid: "",
      fee: { amount: "" },
      perLocation: "",
      window: emptyWindow("ROLLING"),
    },
    guests: {
      adults: emptyGuest(),
      children: emptyGuest(),
      freeUnderAge: "",
      hasPool: false,
      sharedPool: { free: "" },
    },
    spend: { mode: "OFF", amount: "", currency: "EUR", days: "30", mccs: [], graceDays: "" },
    externalRule: { mode: "OFF", ruleId: "", onFailure: "CLOSED" },
    verification: { mode: "NONE", onFailure: "CLOSED" },
    offline: {
      mode: "OFF",
      accountRanges: true,
      whitelist: false,
      maxGuests: "0",
      perCardAndDay: "1",
      perTerminalAndDay: "",
    },
  };
}
