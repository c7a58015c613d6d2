import { cardStream } from "../domain/card/events.ts";
import { forgetListed } from "./offline/whitelist/byHand.ts";
import type { Write } from "./management/commands.ts";
import type { Services } from "./services.ts";
import { eraseCard, findVaultCard } from "./vaultCards.ts";

/** What a cardholder may ask for: everything that is held of the card, and to be forgotten. */

/** Each event as the log has it. */
interface HeldEvent {
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly body: unknown;
}

export interface HeldTransaction {
  readonly transactionId: string;
  readonly type: string;
  readonly refersTo: string | null;
  readonly minor: string;
  readonly currency: string;
  readonly mcc: string;
  readonly transactionAt: string;
  readonly postedAt: string | null;
  readonly receivedAt: string;
}

export interface Held {
  readonly cardId: string;
  /** Null once the cardholder was erased. */
  readonly maskedPan: string | null;
  /** This card and those that turned out to be the same account. */
  readonly cards: readonly string[];
  readonly events: readonly HeldEvent[];
  readonly transactions: readonly HeldTransaction[];
  /** Lists of terminals that it stands on, by the ruleset or location they are of. */
  readonly whitelists: readonly {
    readonly scope: string;
    readonly validFrom: string | null;
    readonly validTo: string | null;
  }[];
}

/** Everything that is held of a card; null for no such card. What is told of nobody but the installation is left out. */
export async function heldOf(services: Services, cardId: string): Promise<Held | null> {
  const known = await findVaultCard(services, cardId);
  if (known === null) return null;
  const { state } = await services.streams.card.refresh(cardStream(cardId));
  const cards = [cardId, ...state.joined, ...(state.joinedInto === null ? [] : [state.joinedInto])];
  const events: HeldEvent[] = [];
  for (const card of cards) {
    for (const { stream, revision, type, body } of await services.log.read(cardStream(card))) {
      const parsed: unknown = JSON.parse(body);
      events.push({ stream, revision, type, body: parsed });
    }
  }
  const [transactions, whitelists] = await Promise.all([
    services.db
      .selectFrom("transactions")
      .selectAll()
      .where("card_id", "in", cards)
      .orderBy("transaction_at")
      .execute(),
    services.db.selectFrom("whitelist_entries").selectAll().where("card_id", "in", cards).execute(),
  ]);
  return {
    cardId,
    maskedPan: known.maskedPan,
    cards,
    events,
    transactions: transactions.map((one) => ({
      transactionId: one.transaction_id,
      type: one.type,
      refersTo: one.refers_to,
      minor: one.minor,
      currency: one.currency,
      mcc: one.mcc,
      transactionAt: one.transaction_at.toISOString(),
      postedAt: one.posted_at?.toISOString() ?? null,
      receivedAt: one.received_at.toISOString(),
    })),
    whitelists: whitelists
      .filter(({ removed }) => !removed)
      .map(({ scope_id: scope, valid_from: from, valid_to: to }) => ({
        ...{ scope, validFrom: from?.toISOString() ?? null, validTo: to?.toISOString() ?? null },
      })),
  };
}

/**
 * Forgets the cardholder: no number leads to the card any more, nor a hash of it in any list; its mask is gone. The card's history
 * stays, and with it every count and every chain of hashes. False for no such card.
 */
export async function forgetCardholder(services: Services, write: Write, cardId: string): Promise<boolean> {
  if (!(await eraseCard(services, cardId))) return false;
  await forgetListed(services, write, cardId);
  return true;
}
