import type { Choice, Filter } from "../../shared/table/filters.ts";
import type { Texts } from "../../texts/texts.ts";

const WEEKDAYS = ["1", "2", "3", "4", "5", "6", "7"];
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour));

/** What operations are narrowed down by. */
export function operationFilters(texts: Texts): readonly Filter[] {
  const { operations, codes, times } = texts;
  const { fields, statuses, hints } = operations;
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
  const ids = (name: string, label: string): Filter => ({ kind: "text", name, label, isMultiple: true });
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
        { value: "true", label: operations.withGuests },
        { value: "false", label: operations.withoutGuests },
      ],
    },
    choices("paymentStatus", fields.paymentStatus, of(operations.payments)),
    { ...ids("currency", fields.currency), kind: "text", pattern: /^[A-Z]{3}$/, hint: hints.currency },
    { kind: "text", name: "bin", label: fields.bin, pattern: /^\d{1,6}$/, hint: hints.bin },
    { kind: "text", name: "last4", label: fields.last4, pattern: /^\d{4}$/, hint: hints.last4 },
    { kind: "text", name: "cardId", label: fields.cardId },
    ids("locationId", fields.locationId),
    ids("merchantId", fields.merchantId),
    { ...ids("country", fields.country), kind: "text", pattern: /^[A-Z]{3}$/, hint: hints.country },
    ids("terminal", fields.terminal),
    ids("rulesetId", fields.rulesetId),
    { ...ids("rulesetVersion", fields.rulesetVersion), kind: "text", pattern: /^[1-9]\d{0,8}$/ },
    ids("ica", fields.ica),
    {
      ...ids("issuerCountry", fields.issuerCountry),
      kind: "text",
      pattern: /^[A-Z]{3}$/,
      hint: hints.country,
    },
    ids("productCode", fields.productCode),
    choices("entryMode", fields.entryMode, of(operations.modes)),
    choices("trust", fields.trust, of(operations.trusts)),
    choices("flag", fields.flags, of(operations.flags)),
    choices(
      "weekday",
      fields.weekday,
      WEEKDAYS.map((value) => ({ value, label: times.weekday(Number(value)) })),
    ),
    choices(
      "hour",
      fields.hour,
      HOURS.map((value) => ({ value, label: times.hour(Number(value)) })),
    ),
    { kind: "text", name: "tz", label: fields.tz, pattern: /^[A-Za-z][\w+/-]*$/, hint: hints.tz },
    { kind: "text", name: "requestId", label: fields.requestId },
  ];
}
