import { card, type CardRefusal } from "../../domain/card/card.ts";
import { cardStream } from "../../domain/card/events.ts";
import type { GuestCounts } from "../../domain/card/shapes.ts";
import type { OfflineEntry } from "../../domain/card/offline/entry.ts";
import type { Entry } from "../../domain/card/entry.ts";
import type { CardState } from "../../domain/card/state.ts";
import { seesIca, seesPlace, type Visibility } from "../../domain/user/access.ts";
import type { Position } from "../../eventlog/log.ts";
import { type Problem, problem } from "../problem.ts";
import { refusedEntry } from "../entry/refusals.ts";
import { commitPlace } from "../budget/commit.ts";
import { readQuota } from "../budget/read.ts";
import { releasePlace } from "../budget/release.ts";
import { inAccount } from "../joinedCards.ts";
import type { Services } from "../services.ts";
import { byOf, execute, metaOf, type VersionConflict, versionConflict, type Write } from "./commands.ts";
import { currentOperation } from "./currentOperation.ts";
import type { Projections } from "../../projections/index.ts";
import { cardOfAttempt } from "../vaultCards.ts";

export interface Reversal {
  readonly accessId: string;
  readonly reason: string | null;
  readonly guests: GuestCounts | null;
}

export type Reversed = { readonly kind: "reversed"; readonly position: Position | null } | Problem;

/**
 * Takes an entry back, decided on the card's own stream: nothing here waits for a read model. The
 * place of a whole reversal in a programme's budget is given back once the card's stream says so.
 */
export async function reverse(
  services: Services,
  { projections }: { readonly projections: Projections },
  write: Write,
  visibility: Visibility,
  { accessId, reason, guests }: Reversal,
): Promise<Reversed> {
  const cardId = (await cardOfAttempt(services, accessId)) ?? (await projections.operations.cardOf(accessId));
  if (cardId === null) return problem("NOT_FOUND");
  const stream = cardStream(cardId);
  const folded = await services.streams.card.refresh(stream);
  const state = await inAccount(services, cardId, folded.state);
  const known = state.entries.get(accessId);
  const offline = state.placed.entries.get(accessId);
  if (known === undefined && offline === undefined)
    return await rejectedOrUnknown(services, { projections }, accessId, visibility, write);
  const sees =
    offline === undefined
      ? known !== undefined && (await isVisible(services, stream, known, visibility))
      : seesOffline(offline, visibility);
  if (!sees) return problem("NOT_FOUND");
  const done = await execute<typeof state, Parameters<typeof card.evolve>[1], CardRefusal>(
    services,
    services.streams.card,
    // The version that `If-Match` names is the operation's, and not the card's.
    { ...write, expected: null },
    {
      stream,
      operation: "reverse",
      announce: null,
      decide: async (now) => {
        return card.decide(await inAccount(services, cardId, now), {
          type: "ReverseEntry",
          accessId,
          now: write.now,
          by: byOf(write),
          timeLimited: write.principal.role === "SERVICE_PROVIDER",
          reason,
          guests,
        });
      },
    },
  );
  const entry = placeHolder(done.folded.state, accessId);
  // Also after a refusal: whoever reversed it may have died before the place was given back.
  if (entry?.status === "REVERSED") {
    // Of a visit that was reversed before, nobody knows after a time whether it ever had a place: it may have been over
    // before its ruleset had a budget, and at its instant stands another's.
    await giveBack(services, write, cardId, entry, done.kind === "refused" ? null : entry.at);
  }
  if (done.kind === "refused") return refused(done.refusal);
  return { kind: "reversed", position: done.position };
}

/** An entry that holds a place in its ruleset's budget. */
interface PlaceHolder extends Pick<Entry, "accessId" | "rulesetId" | "at"> {
  readonly status: string;
}

function placeHolder({ entries, placed }: CardState, accessId: string): PlaceHolder | undefined {
  const offline = placed.entries.get(accessId);
  if (offline === undefined) return entries.get(accessId);
  const { at, status, report } = offline;
  const rulesetId = report.data.ruleset?.id;
  return rulesetId === undefined ? undefined : { accessId, rulesetId, at, status };
}

function seesOffline({ report: { data } }: OfflineEntry, visibility: Visibility): boolean {
  const { location, issuer } = data;
  const place = { locationId: location?.id ?? null, merchantId: location?.merchantId ?? null };
  return seesPlace(visibility, place) && seesIca(visibility, issuer?.ica ?? null);
}

/** @param visitAt by which a place is found that is not remembered by its id any more; null: it is left */
async function giveBack(
  services: Services,
  write: Write,
  cardId: string,
  entry: PlaceHolder,
  visitAt: number | null,
): Promise<void> {
  const { rulesets } = await services.gate.freshness([]);
  const { portfolio } = await services.rulesets.at(rulesets);
  const isHeld = async (): Promise<boolean> => (await readQuota(services, entry.rulesetId)).revision >= 0;
  // Places may have been carried over for a publication that then was refused.
  if (!portfolio.keepsQuota(entry.rulesetId) && !(await isHeld())) return;
  const { identity: _own, ...meta } = metaOf(services, write, "reverse");
  const place = { accessId: entry.accessId, cardId, now: write.now, meta };
  // A confirmation still under way commits the place once, whoever does it: after the release it would stay taken.
  await commitPlace(services, entry.rulesetId, place, entry.at);
  await releasePlace(services, entry.rulesetId, place, "REVERSED", visitAt);
}

async function isVisible(
  services: Services,
  stream: string,
  entry: Entry,
  visibility: Visibility,
): Promise<boolean> {
  if (!seesPlace(visibility, { locationId: entry.locationId, merchantId: entry.merchantId })) return false;
  if (visibility.icas === null) return true;
  const grant = await services.streams.card.eventAt(stream, entry.grantRevision);
  return seesIca(
    visibility,
    grant?.event.type === "EntryGranted" ? (grant.event.data.issuer?.ica ?? null) : null,
  );
}

/** An attempt that was refused is an operation as well, though not an entry. */
async function rejectedOrUnknown(
  services: Services,
  { projections }: { readonly projections: Projections },
  accessId: string,
  visibility: Visibility,
  { now }: Write,
): Promise<Problem> {
  const operation = await currentOperation(services, { projections }, accessId, visibility, now);
  return operation === null
    ? problem("NOT_FOUND")
    : problem("NOT_COMPLETED", `The entry is ${operation.status}.`);
}

function refused(refusal: CardRefusal | VersionConflict): Problem {
  if (refusal.code === "VERSION_CONFLICT") return versionConflict(refusal);
  return refusal.code === "ENTRY_NOT_FOUND" ? problem("NOT_FOUND") : refusedEntry(refusal);
}
