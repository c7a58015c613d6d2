import type { Forms, Language, MessageCode } from "./codes.ts";

/** The texts that the product comes with. */

/** The English rejections are the source document's. */
const TEXTS: Readonly<Record<Language, Readonly<Record<MessageCode, string | Forms>>>> = {
  en: {
    GRANTED_VISITS_LEFT: { one: "{visits} free visit left", other: "{visits} free visits left" },
    GRANTED_FREE: "Free entry",
    GRANTED_FEE: "Entry fee {fee}",
    UNKNOWN_DEVICE: "The device is not assigned to any location.",
    MISSING_ACCESS_RULES: "Your card is not allowed to be used in this location.",
    CARD_REPLACED: "This card was replaced by another. Use the new card.",
    CARD_EXPIRED: "This card has expired.",
    CARD_FROZEN: "This card is blocked for entries. Contact your bank for more information.",
    TEMPORARILY_BLOCKED:
      "The card was recently used and the transaction is not completed. Complete the transaction or wait a while and retry.",
    COOLDOWN_ACTIVE: "The card was used here a short while ago. Please come back later.",
    UNMET_REQUIREMENTS:
      "Requirements to access the service are not fulfiled. Contact your bank for more information.",
    LIMIT_EXCEEDED: "The usage limit for this card is exceeded.",
    CARD_ASI_FAILED: "Card status authorization failed. Use the card again to try amount verification.",
    CARD_AUTH_INSUFFICIENT_FUNDS: "Insufficient card funds. Authorization cannot be performed.",
    CARD_AMOUNT_AUTH_FAILED: "Amount verification failed.",
  },
  pl: {
    GRANTED_VISITS_LEFT: {
      one: "Pozostało {visits} darmowe wejście",
      few: "Pozostały {visits} darmowe wejścia",
      other: "Pozostało {visits} darmowych wejść",
    },
    GRANTED_FREE: "Wejście bezpłatne",
    GRANTED_FEE: "Opłata za wejście {fee}",
    UNKNOWN_DEVICE: "Terminal nie jest przypisany do żadnej lokalizacji.",
    MISSING_ACCESS_RULES: "Tej karty nie można użyć w tej lokalizacji.",
    CARD_REPLACED: "Ta karta została zastąpiona inną. Użyj nowej karty.",
    CARD_EXPIRED: "Karta straciła ważność.",
    CARD_FROZEN: "Karta jest zablokowana. Skontaktuj się z bankiem.",
    TEMPORARILY_BLOCKED: "Karta była przed chwilą użyta. Dokończ operację albo odczekaj i spróbuj ponownie.",
    COOLDOWN_ACTIVE: "Karta była tu niedawno użyta. Wróć później.",
    UNMET_REQUIREMENTS: "Warunki dostępu nie są spełnione. Skontaktuj się z bankiem.",
    LIMIT_EXCEEDED: "Limit wejść dla tej karty został wyczerpany.",
    CARD_ASI_FAILED: "Weryfikacja karty nie powiodła się. Użyj karty ponownie.",
    CARD_AUTH_INSUFFICIENT_FUNDS: "Brak środków na karcie.",
    CARD_AMOUNT_AUTH_FAILED: "Weryfikacja kwotą nie powiodła się.",
  },
  de: {
    GRANTED_VISITS_LEFT: { one: "Noch {visits} freier Besuch", other: "Noch {visits} freie Besuche" },
    GRANTED_FREE: "Freier Eintritt",
    GRANTED_FEE: "Eintritt {fee}",
    UNKNOWN_DEVICE: "Das Gerät ist keinem Standort zugeordnet.",
    MISSING_ACCESS_RULES: "Ihre Karte kann an diesem Standort nicht genutzt werden.",
    CARD_REPLACED: "Diese Karte wurde durch eine andere ersetzt. Bitte die neue Karte benutzen.",
    CARD_EXPIRED: "Diese Karte ist abgelaufen.",
    CARD_FROZEN: "Diese Karte ist gesperrt. Bitte wenden Sie sich an Ihre Bank.",
    TEMPORARILY_BLOCKED: "Die Karte wurde eben benutzt. Vorgang abschließen oder kurz warten.",
    COOLDOWN_ACTIVE: "Die Karte wurde hier vor Kurzem benutzt. Bitte später wiederkommen.",
    UNMET_REQUIREMENTS: "Die Voraussetzungen sind nicht erfüllt. Bitte wenden Sie sich an Ihre Bank.",
    LIMIT_EXCEEDED: "Das Nutzungslimit dieser Karte ist erreicht.",
    CARD_ASI_FAILED: "Kartenprüfung fehlgeschlagen. Karte bitte erneut vorhalten.",
    CARD_AUTH_INSUFFICIENT_FUNDS: "Keine ausreichende Deckung.",
    CARD_AMOUNT_AUTH_FAILED: "Die Betragsprüfung ist fehlgeschlagen.",
  },
  es: {
    GRANTED_VISITS_LEFT: { one: "Queda {visits} visita gratis", other: "Quedan {visits} visitas gratis" },
    GRANTED_FREE: "Entrada gratuita",
    GRANTED_FEE: "Precio de entrada {fee}",
    UNKNOWN_DEVICE: "El dispositivo no está asignado a ninguna ubicación.",
    MISSING_ACCESS_RULES: "Su tarjeta no se puede usar en esta ubicación.",
    CARD_REPLACED: "Esta tarjeta se ha sustituido por otra. Use la nueva.",
    CARD_EXPIRED: "Esta tarjeta ha caducado.",
    CARD_FROZEN: "Esta tarjeta está bloqueada. Contacte con su banco.",
    TEMPORARILY_BLOCKED: "La tarjeta se acaba de usar. Complete la operación o espere un momento.",
    COOLDOWN_ACTIVE: "La tarjeta se usó aquí hace poco. Vuelva más tarde.",
    UNMET_REQUIREMENTS: "No se cumplen los requisitos de acceso. Contacte con su banco.",
    LIMIT_EXCEEDED: "Se ha superado el límite de uso de esta tarjeta.",
    CARD_ASI_FAILED: "Falló la verificación de la tarjeta. Úsela de nuevo.",
    CARD_AUTH_INSUFFICIENT_FUNDS: "Fondos insuficientes.",
    CARD_AMOUNT_AUTH_FAILED: "Falló la verificación del importe.",
  },
  tr: {
    GRANTED_VISITS_LEFT: { other: "{visits} ücretsiz giriş kaldı" },
    GRANTED_FREE: "Ücretsiz giriş",
    GRANTED_FEE: "Giriş ücreti {fee}",
    UNKNOWN_DEVICE: "Cihaz herhangi bir konuma atanmamış.",
    MISSING_ACCESS_RULES: "Kartınız bu konumda kullanılamaz.",
    CARD_REPLACED: "Bu kart başka bir kartla değiştirildi. Yeni kartı kullanın.",
    CARD_EXPIRED: "Bu kartın süresi dolmuş.",
    CARD_FROZEN: "Bu kart girişlere kapalı. Bankanızla iletişime geçin.",
    TEMPORARILY_BLOCKED: "Kart az önce kullanıldı. İşlemi tamamlayın veya biraz bekleyin.",
    COOLDOWN_ACTIVE: "Kart burada kısa süre önce kullanıldı. Daha sonra tekrar gelin.",
    UNMET_REQUIREMENTS: "Giriş koşulları sağlanmıyor. Bankanızla iletişime geçin.",
    LIMIT_EXCEEDED: "Bu kartın kullanım limiti doldu.",
    CARD_ASI_FAILED: "Kart doğrulaması başarısız. Kartı tekrar okutun.",
    CARD_AUTH_INSUFFICIENT_FUNDS: "Kart bakiyesi yetersiz.",
    CARD_AMOUNT_AUTH_FAILED: "Tutar doğrulaması başarısız.",
  },
};

export function defaultForms(of: Language, code: MessageCode): Forms {
  const text = TEXTS[of][code];
  return typeof text === "string" ? { other: text } : text;
}
