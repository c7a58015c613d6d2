import type { RejectionCode } from "../../domain/codes.ts";
import type { EntryGranted } from "../../domain/card/events.ts";

/** What a terminal shows: short, in the language asked for. The English rejections are the source document's. */

export const LANGUAGES = ["en", "pl", "de", "es", "tr"] as const;
export type Language = (typeof LANGUAGES)[number];

interface Texts {
  readonly rejected: Readonly<Record<RejectionCode, string>>;
  readonly visitsLeft: (count: number) => string;
  readonly free: string;
  readonly fee: (amount: string) => string;
}

/** A count with the form of the noun that the language wants for it. */
function counted(
  language: Language,
  forms: Partial<Record<Intl.LDMLPluralRule, string>> & { other: string },
) {
  const rules = new Intl.PluralRules(language);
  return (count: number): string => (forms[rules.select(count)] ?? forms.other).replace("#", String(count));
}

const TEXTS: Readonly<Record<Language, Texts>> = {
  en: {
    rejected: {
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
    visitsLeft: counted("en", { one: "# free visit left", other: "# free visits left" }),
    free: "Free entry",
    fee: (amount) => `Entry fee ${amount}`,
  },
  pl: {
    rejected: {
      UNKNOWN_DEVICE: "Terminal nie jest przypisany do żadnej lokalizacji.",
      MISSING_ACCESS_RULES: "Tej karty nie można użyć w tej lokalizacji.",
      CARD_REPLACED: "Ta karta została zastąpiona inną. Użyj nowej karty.",
      CARD_EXPIRED: "Karta straciła ważność.",
      CARD_FROZEN: "Karta jest zablokowana. Skontaktuj się z bankiem.",
      TEMPORARILY_BLOCKED:
        "Karta była przed chwilą użyta. Dokończ operację albo odczekaj i spróbuj ponownie.",
      COOLDOWN_ACTIVE: "Karta była tu niedawno użyta. Wróć później.",
      UNMET_REQUIREMENTS: "Warunki dostępu nie są spełnione. Skontaktuj się z bankiem.",
      LIMIT_EXCEEDED: "Limit wejść dla tej karty został wyczerpany.",
      CARD_ASI_FAILED: "Weryfikacja karty nie powiodła się. Użyj karty ponownie.",
      CARD_AUTH_INSUFFICIENT_FUNDS: "Brak środków na karcie.",
      CARD_AMOUNT_AUTH_FAILED: "Weryfikacja kwotą nie powiodła się.",
    },
    visitsLeft: counted("pl", {
      one: "Pozostało # darmowe wejście",
      few: "Pozostały # darmowe wejścia",
      other: "Pozostało # darmowych wejść",
    }),
    free: "Wejście bezpłatne",
    fee: (amount) => `Opłata za wejście ${amount}`,
  },
  de: {
    rejected: {
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
    visitsLeft: counted("de", { one: "Noch # freier Besuch", other: "Noch # freie Besuche" }),
    free: "Freier Eintritt",
    fee: (amount) => `Eintritt ${amount}`,
  },
  es: {
    rejected: {
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
    visitsLeft: counted("es", { one: "Queda # visita gratis", other: "Quedan # visitas gratis" }),
    free: "Entrada gratuita",
    fee: (amount) => `Precio de entrada ${amount}`,
  },
  tr: {
    rejected: {
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
    visitsLeft: counted("tr", { other: "# ücretsiz giriş kaldı" }),
    free: "Ücretsiz giriş",
    fee: (amount) => `Giriş ücreti ${amount}`,
  },
};

/** The best of our languages for an `Accept-Language` header; English where none fits. */
export function languageOf(acceptLanguage: string | null): Language {
  const wanted = (acceptLanguage ?? "")
    .slice(0, 500)
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
      const quality = parameters
        .find((parameter) => parameter.trim().startsWith("q="))
        ?.trim()
        .slice(2);
      return { primary: tag.split("-")[0], quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter((one) => one.quality > 0)
    .sort((a, b) => b.quality - a.quality);
  for (const { primary } of wanted) {
    const found = LANGUAGES.find((language) => language === primary);
    if (found !== undefined) return found;
  }
  return "en";
}

export function rejectionMessage(language: Language, code: RejectionCode): string {
  return TEXTS[language].rejected[code];
}

/** The visits left for free, or what this entry costs. */
export function grantMessage(language: Language, granted: EntryGranted["data"]): string {
  const texts = TEXTS[language];
  if (granted.cost === "PAID" && granted.fee !== null) {
    return texts.fee(`${granted.fee.amount} ${granted.fee.currency}`);
  }
  return typeof granted.available.free === "number" ? texts.visitsLeft(granted.available.free) : texts.free;
}
