import type { Visibility } from "../../domain/user/access.ts";
import { cardsInSight } from "../../engine/management/cardsInSight.ts";
import type { Services } from "../../engine/services.ts";
import { findVaultCard, type VaultCard } from "../../engine/vaultCards.ts";
import type { ManagementDeps } from "./secured.ts";

/** A card of the vault, if it is in sight: for those who are limited, by what it was last seen as. */
export async function visibleCard(
  services: Services,
  { projections }: ManagementDeps,
  cardId: string,
  visibility: Visibility,
): Promise<VaultCard | null> {
  const known = await findVaultCard(services, cardId);
  if (known === null) return null;
  const inSight = await cardsInSight(services, projections, visibility);
  return (await inSight.byId(cardId)) ? known : null;
}
