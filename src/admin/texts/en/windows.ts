import { counter } from "../plural.ts";

const count = counter("en");

/** Windows of time, as limits count by them. */
export const windows = {
  always: "for ever",
  rolling: (days: number) => count(days, { one: "in any 24 hours", other: "in any # days" }),
  calendar: (unit: string, zone: string) => `a calendar ${unit} (${zone})`,
  units: { DAY: "day", WEEK: "week", MONTH: "month", QUARTER: "quarter", YEAR: "year" },
  validity: "in the rule's whole validity",
} as const;
