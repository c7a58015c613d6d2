import { card, type CardCommand } from "../domain/card/card.ts";
import type { JoinedCard } from "../domain/card/check.ts";
import { cardStream } from "../domain/card/events.ts";
import { placeAccount } from "../domain/card/offline/account.ts";
import { type CardState, hasConsequences } from "../domain/card/state.ts";
import type { CardIssuer } from "./enrolledCards/issuer.ts";
import type { Services } from "./services.ts";
import type { CommandMeta } from "./streams.ts";

/** Cards that turned out to be one account: phone and plastic that were thought different. */

/**
 * What the vault has joined: where such a card has visits, both streams say so. Must not run in a card's turn: it waits for
 * those of others.
 *
 * @param cardId the card that goes on for all of them
 * @param issuer as the account ranges know its number, for one that takes another's place
 */
export async function joinCards(
  services: Services,
  cardId: string,
  joined: readonly string[],
  now: number,
  meta: Omit<CommandMeta, "identity">,
  issuer: CardIssuer | null = null,
): Promise<void> {
  if (joined.length === 0) return;
  const { state } = await services.streams.card.refresh(cardStream(cardId));
  for (const other of await loadCards(services, joined)) {
    if (!hasConsequences(other.state) || state.joined.includes(other.cardId)) continue;
    await tell(services, other, { into: cardId, issuer, now }, meta);
  }
}

/** The other cards of an account, by what a card's stream says was joined to it, or what it was joined into. */
export async function joinedTo(
  services: Services,
  cardId: string,
  state: CardState,
): Promise<readonly CardState[]> {
  if (state.joinedInto === null) return statesOf(await loadCards(services, state.joined));
  const { state: into } = await services.streams.card.refresh(cardStream(state.joinedInto));
  const others = into.joined.filter((one) => one !== cardId);
  return [into, ...statesOf(await loadCards(services, others))];
}

/** The card with what terminals told of it placed among what was told and decided of all cards of its account. */
export async function inAccount(services: Services, cardId: string, state: CardState): Promise<CardState> {
  if (state.joinedInto === null && state.joined.length === 0) return state;
  const [placed = state] = placeAccount([state, ...(await joinedTo(services, cardId, state))]);
  return placed;
}

function statesOf(cards: readonly JoinedCard[]): readonly CardState[] {
  return cards.map(({ state }) => state);
}

/** As they are now. */
export async function loadCards(
  services: Services,
  cardIds: readonly string[],
): Promise<readonly JoinedCard[]> {
  return await Promise.all(
    cardIds.map(async (cardId) => {
      const { state, revision } = await services.streams.card.refresh(cardStream(cardId));
      return { cardId, revision, state };
    }),
  );
}

/** First the stream that ends: whoever dies in between leaves a join that the next tap completes. */
async function tell(
  services: Services,
  from: JoinedCard,
  { into, issuer, now }: { readonly into: string; readonly issuer: CardIssuer | null; readonly now: number },
  meta: Omit<CommandMeta, "identity">,
): Promise<void> {
  const { cardId } = from;
  const identity = { caller: "card", operation: "join", requestId: `${cardId} ${into}` };
  const joined = await services.executor.execute(services.streams.card, {
    stream: cardStream(cardId),
    meta: { ...meta, identity },
    decide: (state) => card.decide(state, { type: "JoinCard", into, now }),
  });
  const { revision } = joined.folded;
  const { enrolled, enrolment, replaced } = from.state;
  const command: CardCommand =
    replaced?.into === into
      ? { type: "InheritCard", cardId, revision, now, from: { enrolled, enrolment, replaced }, issuer }
      : { type: "AbsorbCard", cardId, revision, now };
  await services.executor.execute(services.streams.card, {
    stream: cardStream(into),
    meta: { ...meta, identity },
    decide: (state) => card.decide(state, command),
  });
}
