import type { RulesetForm } from "../form/model.ts";
import type { Service } from "../form/services.ts";
import { DAY } from "../../../../domain/time.ts";

/** An example that a rule is tried with, as it is typed. Fields that are sent as they are have the names of the body. */
export interface Example {
  knownBy: "FACTS" | "DIGITS";
  card: {
    numberStart: string;
    issuer: { ica: string; country: string; productCode: string };
    enrolled: boolean;
    frozen: boolean;
    purchases: { amount: { amount: string; currency: string }; mcc: string }[];
  };
  /** Empty: a place that is only thought up. */
  locationId: string;
  place: { country: string; service: Service };
  at: string | null;
  terminalTrust: "CODE" | "BEARER" | "KEY" | "CERTIFICATE" | "ATTESTED";
  used: {
    free: string;
    paid: string;
    adults: string;
    children: string;
    daysAgo: string;
  };
  guests: { adults: string; children: string; freeChildren: string };
}

const DEFAULT = { country: "POL", productCode: "WLE", ica: "1" };

/** One that the rule as it stands is for, as far as it says so. */
export function exampleFor({ criteria, currency }: RulesetForm): Example {
  const { icas, issuerCountries, productCodes, services, locations } = criteria;
  return {
    knownBy: "FACTS",
    card: {
      numberStart: icas[0]?.accountRanges[0]?.low.slice(0, MOST_DIGITS) ?? "",
      issuer: {
        ica: icas[0]?.ica ?? DEFAULT.ica,
        country: issuerCountries[0] ?? DEFAULT.country,
        productCode: productCodes[0] ?? DEFAULT.productCode,
      },
      enrolled: true,
      frozen: false,
      purchases: [{ amount: { amount: "", currency }, mcc: "" }],
    },
    locationId: locations.locationIds[0] ?? "",
    place: { country: locations.countries[0] ?? DEFAULT.country, service: services[0] ?? "LOUNGE" },
    at: null,
    terminalTrust: "KEY",
    used: { free: "", paid: "", adults: "", children: "", daysAgo: "1" },
    guests: { adults: "", children: "", freeChildren: "" },
  };
}

const MOST_DIGITS = 11;

/** What is sent: nothing of what a choice hides. @param mcc where the purchase names none: one that the rule counts */
export function toSimulation(example: Example, now: number, mcc: string | null): Record<string, unknown> {
  const { knownBy, card, locationId, place, at, terminalTrust, guests } = example;
  const instant = at === null ? now : Date.parse(at);
  const [purchase] = card.purchases;
  const amount = decimalOf(purchase?.amount.amount ?? "");
  const typedMcc = purchase?.mcc.trim() ?? "";
  return {
    card: {
      numberStart: textOf(card.numberStart),
      issuer:
        knownBy === "DIGITS"
          ? null
          : {
              ica: card.issuer.ica.trim(),
              country: upper(card.issuer.country),
              productCode: upper(card.issuer.productCode),
            },
      enrolled: card.enrolled,
      frozen: card.frozen,
      visits: visitsOf(example, instant),
      purchases:
        amount === ""
          ? []
          : [
              {
                amount: { amount, currency: purchase?.amount.currency ?? "" },
                mcc: typedMcc === "" ? mcc : typedMcc,
                at: new Date(instant).toISOString(),
              },
            ],
    },
    locationId: textOf(locationId),
    place: locationId === "" ? { country: upper(place.country), service: place.service } : null,
    at,
    terminalTrust,
    guests: {
      adults: numberOf(guests.adults),
      children: numberOf(guests.children),
      freeChildren: numberOf(guests.freeChildren),
    },
  };
}

/** All here and under the rule that is tried, on one day; the guests came along at the first. */
function visitsOf({ used }: Example, instant: number): readonly unknown[] {
  const at = new Date(instant - countOf(used.daysAgo) * DAY).toISOString();
  const paid = [
    ...Array.from({ length: countOf(used.free) }, () => false),
    ...Array.from({ length: countOf(used.paid) }, () => true),
  ];
  return paid.map((isPaid, index) => ({
    at,
    paid: isPaid,
    adults: { free: index === 0 ? countOf(used.adults) : 0 },
    children: { free: index === 0 ? countOf(used.children) : 0 },
  }));
}

const COUNT = /^\d{1,3}$/;

/** Of what was used, which are no numbers: by the names of the fields. */
export function wrongCounts({ used }: Example): readonly string[] {
  return Object.entries(used)
    .filter(([, text]) => text.trim() !== "" && !COUNT.test(text.trim()))
    .map(([name]) => `used.${name}`);
}

function countOf(text: string): number {
  return COUNT.test(text.trim()) ? Number(text) : 0;
}

function numberOf(text: string): number | string {
  const digits = text.trim();
  return digits === "" ? 0 : /^\d+$/.test(digits) ? Number(digits) : digits;
}

function decimalOf(text: string): string {
  return text.trim().replace(",", ".");
}

function textOf(text: string): string | null {
  return text.trim() === "" ? null : text.trim();
}

function upper(text: string): string {
  return text.trim().toUpperCase();
}
