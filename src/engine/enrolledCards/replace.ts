import { z } from "zod";
import { card } from "../../domain/card/card.ts";
import type { ReplacementCause } from "../../domain/card/causes.ts";
import { cardStream } from "../../domain/card/events.ts";
import type { Position } from "../../eventlog/log.ts";
import { joinCards } from "../joinedCards.ts";
import { byOf, execute, metaOf, versionConflict, type Write } from "../management/commands.ts";
import { moveListed } from "../offline/whitelist/byHand.ts";
import { invalid, type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { cardOfPan, type VaultCard } from "../vaultCards.ts";
import { keepExportHashes } from "./exportHashes.ts";
import { issuersByNumber } from "./issuer.ts";

/** A card that was lost, stolen or used up: another goes on with all that it used, and it is refused. */

export interface Replacing {
  readonly cardId: string;
  /** Of the new card. */
  readonly pan: string;
  readonly cause: ReplacementCause;
  readonly reason: string;
}

export type ReplacedBy =
  | { readonly kind: "replaced"; readonly card: VaultCard; readonly position: Position | null }
  | Problem;

/**
 * First the old card's stream: whoever dies after it has a card that is refused, and the same request again completes the
 * rest. Then the vault, from where on the new number counts for both, and what the new card's stream says of it.
 */
export async function replaceCard(
  services: Services,
  write: Write,
  { cardId, pan, cause, reason }: Replacing,
): Promise<ReplacedBy> {
  const fresh = await cardOfPan(services, pan);
  if (fresh.cardId === cardId) return invalid("/pan", "this number is the card's own");
  const { state } = await services.streams.card.refresh(cardStream(fresh.cardId));
  if (state.replaced !== null) return invalid("/pan", "the card of this number was replaced itself");
  const done = await execute(services, services.streams.card, write, {
    stream: cardStream(cardId),
    operation: "replace",
    announce: null,
    decide: (old) =>
      card.decide(old, {
        type: "ReplaceCard",
        ...{ into: fresh.cardId, cause, reason, now: write.now, by: byOf(write) },
      }),
  });
  if (done.kind === "refused") {
    const { refusal } = done;
    if (refusal.code === "VERSION_CONFLICT") return versionConflict(refusal);
    if (refusal.code === "CARD_REPLACED") return problem("CARD_REPLACED");
    throw new Error(`a replacement is never refused so, and was: ${refusal.code}`);
  }
  const others = await replaceInVault(services, cardId, fresh.cardId);
  await keepExportHashes(services, [[pan, fresh.cardId]]);
  const { identity: _own, ...meta } = metaOf(services, write, "replace");
  const issuer = (await issuersByNumber(services))(pan);
  await joinCards(services, fresh.cardId, others, write.now, meta, issuer);
  await services.pool.query("update card_arefs set card_id = $2 where card_id = $1", [cardId, fresh.cardId]);
  await moveListed(services, write, cardId, pan);
  return { kind: "replaced", card: fresh, position: done.position };
}

const answered = z.tuple([z.object({ others: z.array(z.string()) })]);

/** The other cards of the new card's account. */
async function replaceInVault(services: Services, from: string, into: string): Promise<readonly string[]> {
  const { rows } = await services.pool.query("select replace_card($1, $2) as others", [from, into]);
  return answered.parse(rows)[0].others;
}
