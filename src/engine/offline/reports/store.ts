import { card, type CardRefusal } from "../../../domain/card/card.ts";
import { type CardEvent, cardStream } from "../../../domain/card/events.ts";
import type { ReportData } from "../../../domain/card/offline/events.ts";
import type { CardState } from "../../../domain/card/state.ts";
import { accept } from "../../../domain/decider.ts";
import { isPlaceTaken } from "../../../domain/quota/placeTaken.ts";
import { deviceName } from "../../../domain/terminal/life.ts";
import { iso } from "../../../domain/time.ts";
import type { Position } from "../../../eventlog/log.ts";
import { commitPlace } from "../../budget/commit.ts";
import type { Place } from "../../budget/place.ts";
import { readQuota } from "../../budget/read.ts";
import { releasePlace } from "../../budget/release.ts";
import { reclaimPlace } from "../../budget/reserve.ts";
import { confirmOpened } from "../../entry/confirm.ts";
import type { OpenedEntry } from "../../entry/openEntry.ts";
import { terminalMeta } from "../../entry/request.ts";
import { inAccount, loadCards } from "../../joinedCards.ts";
import { cardOfAttempt } from "../../vaultCards.ts";
import { accessIdOf } from "./accessIds.ts";
import type { ReportCall } from "./call.ts";
import type { ReadReport, ReportOutcome } from "./report.ts";

/** A report whose card is known. */
export interface KnownReport {
  readonly report: ReadReport;
  readonly cardId: string;
  readonly accessId: string;
  /** A whitelist names its card, or did: by a hash, or for a report that was decided by one. */
  readonly isListed: boolean;
}

export interface StoredReport {
  readonly outcome: ReportOutcome;
  /** Null where nothing was written. */
  readonly position: Position | null;
}

/** Writes one report down in its card's stream; what is there already is not written again. */
export async function storeReport(call: ReportCall, known: KnownReport): Promise<StoredReport> {
  const confirmed = await confirmGrant(call, known);
  return confirmed ?? (await storeEntry(call, known));
}

async function storeEntry(call: ReportCall, known: KnownReport): Promise<StoredReport> {
  const { services, asker, scene, now } = call;
  const { report, cardId, accessId } = known;
  const { life } = asker.terminal;
  const facts = await scene.factsOf(report, accessId, known.isListed, now);
  const isTaken = await takePlace(call, known, facts);
  const before: KnownReport[] = [];
  const result = await services.executor.execute<CardState, CardEvent, CardRefusal>(services.streams.card, {
    stream: cardStream(cardId),
    meta: terminalMeta(services, life.serialNumber, asker, {
      caller: deviceName(life),
      operation: "offline_report",
      requestId: report.reportId,
    }),
    decide: async (state) => {
      before.splice(0, 1, ...(await toldBefore(call, known, state)));
      return before.length === 0
        ? card.decide(state, { type: "ReportOffline", now, report: facts })
        : accept();
    },
  });
  if (result.kind === "refused") throw new Error("a report is never refused");
  const [first] = before;
  if (first !== undefined) {
    const place = placeOf(call, known);
    if (isTaken && facts.ruleset !== null)
      await releasePlace(services, facts.ruleset.id, place, "CANCELLED", Math.min(report.occurredAt, now));
    return await storeEntry(call, first);
  }
  const state = await inAccount(services, cardId, result.folded.state);
  const entry = state.placed.entries.get(accessId);
  await settlePlaces(call, known, state, isTaken);
  const isFirst =
    result.stored.length > 0 && !result.repeated && (state.offline.reports.get(accessId)?.length ?? 0) === 1;
  const flags: string[] = [...(entry?.flags ?? [])];
  if (
    entry?.status === "COMPLETED" &&
    (await isBudgetExceeded(call, entry.report.data.ruleset, accessId, entry.at))
  )
    flags.push("BUDGET_EXCEEDED");
  return { outcome: outcomeOf(report, isFirst, accessId, flags), position: result.position };
}

/**
 * Where another terminal told the same before two cards became one account: in the stream of the card that it was known by.
 * Empty: nowhere.
 */
async function toldBefore(
  { services }: ReportCall,
  known: KnownReport,
  { offline, joined }: CardState,
): Promise<readonly KnownReport[]> {
  if (offline.reports.has(known.accessId)) return [];
  for (const { cardId, state } of await loadCards(services, joined)) {
    const accessId = accessIdOf(cardId, known.report);
    if (state.offline.reports.has(accessId)) return [{ ...known, cardId, accessId }];
  }
  return [];
}

/**
 * It happened, so that it takes a place in the programme's budget whatever is left; before the card's stream says so, so
 * that whoever dies in between has counted too much, and not too little. False where there is none to be taken.
 */
async function takePlace(
  call: ReportCall,
  known: KnownReport,
  { ruleset, outcome, terminal }: Pick<ReportData, "ruleset" | "outcome" | "terminal">,
): Promise<boolean> {
  const { services, scene, now } = call;
  const { cardId, accessId, report } = known;
  if (ruleset === null || outcome === "REFUSED" || !scene.portfolio.keepsQuota(ruleset.id)) return false;
  const { state } = await services.streams.card.load(cardStream(cardId));
  // Another terminal's copy may be the one that counts from now on.
  const copies = state.offline.reports.get(accessId) ?? [];
  if (copies.some(({ data }) => data.terminal === terminal)) return false;
  await reclaimPlace(services, ruleset.id, placeOf(call, known), Math.min(report.occurredAt, now));
  return true;
}

/** It holds one place, where the copy that counts says so: another copy may name another ruleset, or none. */
async function settlePlaces(
  call: ReportCall,
  known: KnownReport,
  { offline, placed }: CardState,
  isTaken: boolean,
): Promise<void> {
  const { services, scene } = call;
  const entry = placed.entries.get(known.accessId);
  const copies = offline.reports.get(known.accessId) ?? [];
  const rulesets = new Set(copies.map(({ data }) => data.ruleset?.id ?? null));
  if (entry === undefined || (!isTaken && copies.length < 2)) return;
  const counts = entry.status === "COMPLETED" ? entry.report.data.ruleset?.id : null;
  // One that only tells again of a grant was never counted here; the copy of another terminal may have been.
  const why = copies.length < 2 ? "CANCELLED" : "REVERSED";
  const place = placeOf(call, known);
  for (const id of rulesets) {
    if (id === null || !scene.portfolio.keepsQuota(id)) continue;
    if (id === counts) await commitPlace(services, id, place, entry.at);
    else await releasePlace(services, id, place, why, entry.at);
  }
}

function placeOf({ services, asker, now }: ReportCall, { accessId, cardId }: KnownReport): Place {
  const { identity: _own, ...meta } = terminalMeta(services, asker.terminal.life.serialNumber, asker, {
    caller: "quota",
    operation: "offline_report",
    requestId: accessId,
  });
  return { accessId, cardId, now, meta };
}

function outcomeOf(
  { reportId, number }: ReadReport,
  isFirst: boolean,
  accessId: string,
  flags: readonly string[],
): ReportOutcome {
  return { reportId, number, outcome: isFirst ? "ACCEPTED" : "DUPLICATE", accessId, flags, why: null };
}

async function isBudgetExceeded(
  { services, scene }: ReportCall,
  ruleset: { readonly id: string; readonly version: number } | null,
  accessId: string,
  at: number,
): Promise<boolean> {
  const compiled = scene.portfolio.byId
    .get(ruleset?.id ?? "")
    ?.find(({ version }) => version === ruleset?.version);
  if (compiled === undefined || compiled.budget === null) return false;
  const { state } = await readQuota(services, compiled.id);
  return isPlaceTaken(state, accessId, at, compiled);
}

/**
 * A report of a grant that this terminal has got online is its late confirmation. Null where it can't be: the grant is not
 * this terminal's, was confirmed otherwise or cancelled, or lets in less than took place. Then it is an entry of its own.
 */
async function confirmGrant(call: ReportCall, { report, cardId }: KnownReport): Promise<StoredReport | null> {
  const { services, asker, fresh, now } = call;
  const { grant, guests, payment, reportId, number, occurredAt, uncertaintySeconds } = report;
  if (grant === null || report.outcome === "REFUSED") return null;
  const grantedTo = (await cardOfAttempt(services, grant)) ?? cardId;
  const { terminal } = asker;
  const opened: OpenedEntry = {
    kind: "opened",
    request: {
      kind: "request",
      terminal,
      location: null,
      opening: { ...fresh, cardId: grantedTo, joined: [], isNewCard: false, claim: { kind: "none" } },
      now,
    },
    cardId: grantedTo,
    stream: cardStream(grantedTo),
    meta: terminalMeta(services, terminal.life.serialNumber, asker, {
      caller: "card",
      operation: "confirm_entry",
      requestId: grant,
    }),
  };
  const offline = { reportId, number, occurredAt: iso(occurredAt), uncertaintySeconds };
  const input = { ...asker, requestId: null, accessId: grant, guests, payment, offline };
  const confirmed = await confirmOpened(services, input, opened);
  if (confirmed.kind === "refused") return null;
  const { result, entry } = confirmed;
  if (
    entry.status === "REVERSED" &&
    !(await isToldBy(services, opened.stream, entry.confirmRevision, reportId))
  )
    return null;
  const stored = result.stored.find(({ event }) => event.type === "EntryConfirmed");
  const isFirst = stored !== undefined && !result.repeated;
  const flags = stored?.event.type === "EntryConfirmed" ? stored.event.data.flags : [];
  return { outcome: outcomeOf(report, isFirst, grant, flags), position: result.position };
}

/** Whether the entry was confirmed by this very report, before it was reversed. */
async function isToldBy(
  services: ReportCall["services"],
  stream: string,
  revision: number,
  reportId: string,
): Promise<boolean> {
  const stored = await services.streams.card.eventAt(stream, revision);
  return stored?.event.type === "EntryConfirmed" && stored.event.data.offline?.reportId === reportId;
}
