import type { Choice, Filter } from "../../shared/table/filters.ts";
import { namedFilter } from "../../shared/table/named/namedFilter.ts";
import type { Texts } from "../../texts/texts.ts";

const WEEKDAYS = ["1", "2", "3", "4", "5", "6", "7"];
/** Of a country, or a currency. */
const LETTERS = /^[A-Z]{3}$/;
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour));

const of = (named: Readonly<Record<string, string>>): readonly Choice[] =>
  Object.entries(named).map(([value, label]) => ({ value, label }));
const choices = (name: string, label: string, options: readonly Choice[], isFirst = false): Filter => ({
  kind: "choice",
  name,
  label,
  options,
  isMultiple: true,
  isFirst,
});
const text = (name: string, label: string, pattern?: RegExp, hint?: string): Filter => ({
  kind: "text",
  name,
  label,
  ...(pattern === undefined ? {} : { pattern }),
  ...(hint === undefined ? {} : { hint }),
});
const several = (...given: Parameters<typeof text>): Filter => ({
  ...text(...given),
  kind: "text",
  isMultiple: true,
});

/** What operations are narrowed down by. */
export function operationFilters(texts: Texts): readonly Filter[] {
  const { operations, operationFilters: own, codes, times } = texts;
  const { fields, statuses } = operations;
  const { hints } = own;
  return [
    choices("status", fields.status, of(statuses), true),
    choices("code", fields.reason, of(codes), true),
    { kind: "time", name: "from", label: fields.from, isFirst: true },
    { kind: "time", name: "to", label: fields.to, isFirst: true },
    choices("service", fields.service, of(operations.services)),
    choices("type", fields.type, of(operations.types)),
    choices("cost", fields.cost, of(operations.costs)),
    {
      kind: "choice",
      name: "guests",
      label: fields.guests,
      options: [
        { value: "true", label: own.withGuests },
        { value: "false", label: own.withoutGuests },
      ],
    },
    choices("paymentStatus", fields.paymentStatus, of(operations.payments)),
    several("currency", own.fields.currency, LETTERS, hints.currency),
    text("bin", own.fields.bin, /^\d{1,6}$/, hints.bin),
    text("last4", own.fields.last4, /^\d{4}$/, hints.last4),
    text("cardId", fields.cardId),
    namedFilter("location", "locationId", { named: fields.location, id: fields.locationId }, true),
    namedFilter("merchant", "merchantId", { named: fields.merchant, id: fields.merchantId }, true),
    several("country", fields.country, LETTERS, hints.country),
    several("terminal", fields.terminal),
    namedFilter("ruleset", "rulesetId", { named: fields.ruleset, id: fields.rulesetId }, true),
    several("rulesetVersion", own.fields.rulesetVersion, /^[1-9]\d{0,8}$/),
    several("ica", fields.ica),
    several("issuerCountry", fields.issuerCountry, LETTERS, hints.country),
    several("productCode", fields.productCode),
    choices("entryMode", fields.entryMode, of(operations.modes)),
    choices("trust", own.fields.trust, of(own.trusts)),
    choices("flag", fields.flags, of(operations.flags)),
    choices("review", own.fields.review, of(own.reviews)),
    choices(
      "weekday",
      own.fields.weekday,
      WEEKDAYS.map((value) => ({ value, label: times.weekday(Number(value)) })),
    ),
    choices(
      "hour",
      own.fields.hour,
      HOURS.map((value) => ({ value, label: times.hour(Number(value)) })),
    ),
    text("tz", own.fields.tz, /^[A-Za-z][\w+/-]*$/, hints.tz),
    text("requestId", fields.requestId),
  ];
}
