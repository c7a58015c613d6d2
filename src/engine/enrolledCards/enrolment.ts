import { card } from "../../domain/card/card.ts";
import { cardStream, type Enrolment } from "../../domain/card/events.ts";
import { cardFacts, type CardState } from "../../domain/card/state.ts";
import { joinedTo } from "../joinedCards.ts";
import { byOf, execute, type Write } from "../management/commands.ts";
import type { Services } from "../services.ts";

/** Whether a card is enrolled, and that it is no longer. */

export interface EnrolmentStanding {
  readonly enrolled: boolean;
  /** Null where it is not, or is enrolled by hand alone. */
  readonly enrolment: Omit<Enrolment, "issuer"> | null;
}

export async function enrolmentOfCard(services: Services, cardId: string): Promise<EnrolmentStanding> {
  const { state } = await services.streams.card.refresh(cardStream(cardId));
  return enrolmentIn(state, await joinedTo(services, cardId, state));
}

/** A card that was replaced is enrolled no longer: the one that took its place is. */
export function enrolmentIn(state: CardState, joined: readonly CardState[]): EnrolmentStanding {
  if (state.replaced !== null) return { enrolled: false, enrolment: null };
  const { enrolled } = cardFacts(state, state.lastAt, joined);
  const standing = [state, ...joined].filter(({ replaced }) => replaced === null);
  const found = standing.map((one) => one.enrolment).find((one) => one !== null) ?? null;
  if (found === null) return { enrolled, enrolment: null };
  const { issuer: _known, ...enrolment } = found;
  return { enrolled, enrolment };
}

/** Takes a card out, and the others of its account with it. */
export async function takeOut(
  services: Services,
  write: Write,
  cardId: string,
  reason: string,
): Promise<void> {
  const { state } = await services.streams.card.refresh(cardStream(cardId));
  for (const one of [cardId, ...state.joined]) {
    await execute(
      services,
      services.streams.card,
      { ...write, expected: null },
      {
        stream: cardStream(one),
        operation: `unenroll-${one}`,
        announce: null,
        decide: (before) =>
          card.decide(before, { type: "UnenrollCard", now: write.now, by: byOf(write), reason }),
      },
    );
  }
}
