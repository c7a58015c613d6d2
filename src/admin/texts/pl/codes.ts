import type { Texts } from "../texts.ts";

export const codes: Texts["codes"] = {
  UNKNOWN_DEVICE: "Terminal bez lokalizacji",
  MISSING_ACCESS_RULES: "Brak reguły dla tej karty",
  CARD_REPLACED: "Karta została zastąpiona",
  CARD_EXPIRED: "Karta straciła ważność",
  CARD_FROZEN: "Karta zablokowana",
  TEMPORARILY_BLOCKED: "Inne wejście oczekuje",
  COOLDOWN_ACTIVE: "Za wcześnie po ostatniej wizycie",
  UNMET_REQUIREMENTS: "Warunki niespełnione",
  LIMIT_EXCEEDED: "Limit wyczerpany",
  CARD_ASI_FAILED: "Weryfikacja karty nieudana",
  CARD_AUTH_INSUFFICIENT_FUNDS: "Brak środków",
  CARD_AMOUNT_AUTH_FAILED: "Weryfikacja kwotą nieudana",
};
