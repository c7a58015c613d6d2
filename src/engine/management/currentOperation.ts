import { cardStream } from "../../domain/card/events.ts";
import type { Instant } from "../../domain/time.ts";
import { seesIca, seesPlace, type Visibility } from "../../domain/user/access.ts";
import { type Operation, operationOf, overtakenRow, toOperation } from "../../projections/index.ts";
import { inAccount } from "../joinedCards.ts";
import type { Services } from "../services.ts";
import type { Projections } from "../../projections/index.ts";
import { cardOfAttempt, findVaultCard } from "../vaultCards.ts";

/**
 * An operation as its card's stream tells it, however far the read models are behind: it is never shown as it was. What
 * stands in no card's stream, and what the register does not know, is the read model's to tell. Null for none, or none in
 * sight.
 */
export async function currentOperation(
  services: Services,
  { projections }: { readonly projections: Projections },
  accessId: string,
  visibility: Visibility,
  now: Instant,
): Promise<Operation | null> {
  const cardId = (await cardOfAttempt(services, accessId)) ?? (await projections.operations.cardOf(accessId));
  const row = cardId === null ? null : await rowOf(services, cardId, accessId);
  if (cardId === null || row === null) return await projections.operations.get(accessId, visibility, now);
  const { location_id: locationId, merchant_id: merchantId, ica } = row;
  if (!seesPlace(visibility, { locationId, merchantId }) || !seesIca(visibility, ica)) return null;
  const mask = (await findVaultCard(services, cardId))?.maskedPan ?? null;
  return toOperation({ ...row, mask }, now);
}

async function rowOf(services: Services, cardId: string, accessId: string) {
  const stream = cardStream(cardId);
  const { state } = await services.streams.card.refresh(stream);
  // What other cards have a part in is the read model's to tell.
  if (state.placed.entries.has(accessId)) return null;
  // A refused attempt has one event; of one that was granted none stands before the grant.
  const from = state.entries.get(accessId)?.grantRevision ?? (await rejectedAt(services, stream, accessId));
  if (from === null) return null;
  const events = (await services.log.read(stream, { from })).map((one) => services.streams.card.read(one));
  const row = operationOf(
    events.map(({ event, revision }) => ({ kind: "card", stream, id: cardId, revision, event })),
    accessId,
  );
  return row === null ? null : overtakenRow(row, (await inAccount(services, cardId, state)).placed);
}

async function rejectedAt(services: Services, stream: string, accessId: string): Promise<number | null> {
  const found = await services.streams.card.findLast(stream, ({ event }) =>
    event.type === "EntryRejected" && event.data.accessId === accessId ? event : null,
  );
  return found?.revision ?? null;
}
