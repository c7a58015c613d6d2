import { padPan } from "../../domain/accountRange.ts";
import { isUnlimited, seesIca, type Visibility } from "../../domain/user/access.ts";
import type { Projections } from "../../projections/index.ts";
import type { Services } from "../services.ts";
import { findCardsOfPans } from "../vaultCards.ts";

/** Which cards somebody sees: of one's ICAs, by the account range of the number or what the card was last seen as; those that came to one's places. */
export interface CardsInSight {
  byId(cardId: string): Promise<boolean>;
  /** A number that was never seen is in sight of its issuer, and nowhere a card. Makes no card. */
  byPan(pan: string): Promise<boolean>;
}

/** What a read model has to have before it says who came where. */
const READ_MODELS_MS = 500;

export async function cardsInSight(
  services: Services,
  projections: Projections,
  visibility: Visibility,
): Promise<CardsInSight> {
  if (isUnlimited(visibility)) {
    return { byId: () => Promise.resolve(true), byPan: () => Promise.resolve(true) };
  }
  await projections.waitFor(await services.log.head(), READ_MODELS_MS);
  const { accountRanges } = await services.gate.freshness([]);
  const index = await services.accountRanges.at(accountRanges);
  const seen = new Map<string, boolean>();
  const cameHere = async (cardId: string, limits: Visibility): Promise<boolean> => {
    const known = seen.get(cardId) ?? (await projections.cards.get(cardId, limits)) !== null;
    seen.set(cardId, known);
    return known;
  };
  return {
    byId: async (cardId) => await cameHere(cardId, visibility),
    byPan: async (pan) => {
      if (!seesIca(visibility, index.find(padPan(pan))?.issuer.ica ?? null)) return false;
      if (visibility.places === null) return true;
      const cardId = (await findCardsOfPans(services, [pan])).get(pan);
      return cardId !== undefined && (await cameHere(cardId, { ...visibility, icas: null }));
    },
  };
}
