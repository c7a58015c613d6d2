import type { Filter } from "../../shared/table/filters.ts";
import type { Texts } from "../../texts/texts.ts";

export const TYPES = ["PURCHASE", "REFUND", "REVERSAL"] as const;

export function transactionFilters({ transactions: { fields, types } }: Texts): readonly Filter[] {
  return [
    { kind: "text", name: "bin", label: fields.bin, isFirst: true, pattern: /^\d{1,6}$/ },
    { kind: "text", name: "last4", label: fields.last4, isFirst: true, pattern: /^\d{4}$/ },
    { kind: "text", name: "mcc", label: fields.mcc, isFirst: true, pattern: /^\d{4}$/ },
    { kind: "text", name: "currency", label: fields.currency, pattern: /^[A-Z]{3}$/ },
    {
      kind: "choice",
      name: "type",
      label: fields.type,
      options: TYPES.map((value) => ({ value, label: types[value] })),
    },
    { kind: "time", name: "from", label: fields.from },
    { kind: "time", name: "to", label: fields.to },
    { kind: "text", name: "transactionId", label: fields.transactionId },
    { kind: "text", name: "cardId", label: fields.cardId },
  ];
}
