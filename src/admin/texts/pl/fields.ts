import type { CommonTexts } from "../texts.ts";

export const fields: CommonTexts["fields"] = {
  removeValue: (value) => `Usuń ${value}`,
  unlimited: "Bez limitu",
  unlimitedOf: (label) => `${label}: bez limitu`,
  addOne: "Wybierz, aby dodać",
};
