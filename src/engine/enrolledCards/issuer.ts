import { padPan } from "../../domain/accountRange.ts";
import type { CardEvent, Enrolment } from "../../domain/card/events.ts";
import { cardStream } from "../../domain/card/events.ts";
import type { Services } from "../services.ts";

export type CardIssuer = NonNullable<Enrolment["issuer"]>;

/** As the card was last seen, or enrolled; null before. */
export async function issuerOfCard(services: Services, cardId: string): Promise<CardIssuer | null> {
  const last = await services.streams.card.findLast(cardStream(cardId), ({ event }) =>
    issuerIn(event) === null ? null : event,
  );
  return last === null ? null : issuerIn(last.event);
}

function issuerIn(event: CardEvent): CardIssuer | null {
  switch (event.type) {
    case "EntryGranted":
    case "EntryRejected":
    case "CardInherited":
      return event.data.issuer;
    case "CardEnrolled":
      return event.data.enrolment?.issuer ?? null;
    case "EntryConfirmed":
    case "EntryCancelled":
    case "EntryLapsed":
    case "AttemptAbandoned":
    case "EntryReversed":
    case "EntryCorrected":
    case "PaymentRecorded":
    case "CardFrozen":
    case "CardUnfrozen":
    case "CardUnenrolled":
    case "EnrolmentVerified":
    case "CardHashShown":
    case "VisitsAdjusted":
    case "AdjustmentProposed":
    case "AdjustmentDeclined":
    case "AdjustmentWithdrawn":
    case "OpeningBalanceTaken":
    case "CardJoined":
    case "CardAbsorbed":
    case "CardReplaced":
    case "OfflineEntryReported":
    case "OfflineEntryReviewed":
    case "ChargeRequested":
    case "ChargeUnknown":
    case "ChargeSettled":
    case "RefundRequested":
    case "RefundUnknown":
    case "RefundSettled":
    case "PaymentGivenUp":
    case "PaymentResolved":
      return null;
  }
}

/** As the account ranges know numbers; null for a number in none. */
export async function issuersByNumber(services: Services): Promise<(pan: string) => CardIssuer | null> {
  const { accountRanges } = await services.gate.freshness([]);
  const index = await services.accountRanges.at(accountRanges);
  return (pan) => {
    const issuer = index.find(padPan(pan))?.issuer;
    if (issuer === undefined) return null;
    const { ica, issuerName, country, productCode, productName } = issuer;
    return { ica, issuerName, country, productCode, productName };
  };
}
