import { cardStream } from "../../domain/card/events.ts";
import type { CardState } from "../../domain/card/state.ts";
import type { Services } from "../services.ts";

/** Which card is enrolled by this identifier; null for none. */
export async function cardByAref(services: Services, aref: string): Promise<string | null> {
  const row = await services.db
    .selectFrom("card_arefs")
    .select("card_id")
    .where("aref", "=", aref)
    .executeTakeFirst();
  if (row === undefined) return null;
  // The register says where to look; the cards' streams say what is so.
  for (let cardId: string | null = row.card_id; cardId !== null; ) {
    const state: CardState = await stateOf(services, cardId);
    const { into } = state.replaced ?? { into: null };
    const isOver = into !== null && (await stateOf(services, into)).joined.includes(cardId);
    if (state.enrolment?.aref === aref && !isOver) return into ?? cardId;
    cardId = into;
  }
  return null;
}

export async function stateOf(services: Services, cardId: string): Promise<CardState> {
  return (await services.streams.card.refresh(cardStream(cardId))).state;
}
