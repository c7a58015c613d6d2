import type { Texts } from "../texts.ts";

export const history: Texts["history"] = {
  noneLately: "Nic wśród ostatniego tysiąca zdarzeń.",
  at: "Kiedy",
  act: "Co",
  by: "Kto",
  reason: "Powód",
  more: "Szukaj wcześniej",
};
