import { counter } from "../plural.ts";
import type { Texts } from "../texts.ts";

const count = counter("pl");

export const windows: Texts["windows"] = {
  always: "bez ograniczenia czasu",
  rolling: (days) =>
    count(days, {
      one: "w dowolnych 24 godzinach",
      few: "w dowolnych # dniach",
      many: "w dowolnych # dniach",
      other: "w dowolnych # dnia",
    }),
  calendar: (unit, zone) => `na ${unit} kalendarzowy (${zone})`,
  units: { DAY: "dzień", WEEK: "tydzień", MONTH: "miesiąc", QUARTER: "kwartał", YEAR: "rok" },
  validity: "w całym okresie ważności reguły",
};
