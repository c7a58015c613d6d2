import type { CardAdjustmentRow, CardRow, VisitRow } from "../../database/readModels.ts";
import { balanceId } from "../../domain/card/adjustment/proposals.ts";
import type { CardEvent, CardInherited, Enrolment, EntryGranted } from "../../domain/card/events.ts";
import type { Allocation } from "../../domain/card/shapes.ts";
import { confirmedAt } from "../../domain/card/confirmedAt.ts";
import type { OfflineEntry } from "../../domain/card/offline/entry.ts";
import type { Projection } from "../projection.ts";
import { foldAccounts, isJoining, joinedCards, reportedCards, touchedCards } from "../offlineCards.ts";
import { Rows, type Table } from "../rows.ts";
import { Usage } from "./usage.ts";

/** What is known of each card, and the visits that count, and how they evolve. How they are asked for: `queries.ts`. */

interface Change {
  readonly cardId: string;
  readonly revision: number;
  readonly event: CardEvent;
}

const cardsTable: Table<CardRow> = {
  name: "cards",
  primaryKey: ["card_id"],
  json: [],
  key: (row) => row.card_id,
};
const visitsTable: Table<VisitRow> = {
  name: "card_visits",
  primaryKey: ["access_id"],
  json: [],
  key: (row) => row.access_id,
};
const adjustmentsTable: Table<CardAdjustmentRow> = {
  name: "card_adjustments",
  primaryKey: ["card_id", "revision"],
  json: ["guests"],
  key: (row) => `${row.card_id} ${String(row.revision)}`,
};

export const cardsProjection: Projection = {
  name: "cards",
  version: 6,
  tables: ["cards", "card_visits", "card_adjustments", "ruleset_usage"],
  wants: new Set(["card"]),
  apply: async (client, events, writes, history) => {
    const changes = events.flatMap(({ kind, id, revision, event }) =>
      kind === "card" ? [{ cardId: id, revision, event }] : [],
    );
    if (changes.length === 0) return;
    const ids = [...new Set(changes.map(({ cardId }) => cardId))];
    // A visit begins with its grant, and a refused attempt is none: of neither there is anything to be known, unless the
    // grant is there all the same.
    const accessIds = changes.flatMap(({ event }) =>
      "accessId" in event.data &&
      event.type !== "EntryRejected" &&
      (writes === "UPSERT" || event.type !== "EntryGranted")
        ? [event.data.accessId]
        : [],
    );
    const cards = await Rows.read(client, cardsTable, "card_id", ids);
    const known = new Set([...reportedCards(events), ...joinedCards(events)]);
    const told = await foldAccounts(
      history,
      [...touchedCards(events)].filter((id) => known.has(id) || mayBeTold(cards.get(id))),
    );
    const offline = [...told].flatMap(([cardId, { placed }]) =>
      [...placed.entries.values()].map((entry) => ({ cardId, entry })),
    );
    const offlineIds = offline.map(({ entry }) => entry.accessId);
    const visits = await Rows.read(client, visitsTable, "access_id", [...accessIds, ...offlineIds]);
    const adjustments = new Rows(adjustmentsTable, []);
    const usage = new Usage();
    const isOffline = new Set(offlineIds);
    for (const change of changes) {
      const { data } = change.event;
      cards.put(evolveCard(cards.get(change.cardId), change));
      if ("accessId" in data && !isOffline.has(data.accessId)) {
        usage.note(data.accessId, visits.get(data.accessId));
        evolveVisits(visits, change);
      }
      if (change.event.type === "VisitsAdjusted") adjustments.put(adjustmentOf(change, change.event));
      if (change.event.type === "OpeningBalanceTaken") adjustments.put(balanceOf(change, change.event));
    }
    for (const { cardId, entry } of offline) {
      usage.note(entry.accessId, visits.get(entry.accessId));
      const row = offlineVisit(cardId, entry);
      if (row === null) visits.remove(entry.accessId);
      else visits.put(row);
    }
    await cards.save(client, writes);
    await visits.save(client, writes);
    await usage.save(client, visits);
    await adjustments.save(client, writes);
  },
};

/** Of it, or of another card of its account. */
function mayBeTold(row: CardRow | undefined): boolean {
  return row !== undefined && (row.has_offline || row.is_joined);
}

function evolveCard(row: CardRow | undefined, change: Change): CardRow {
  const next = changedCard(row, change);
  return isJoining(change.event) ? { ...next, is_joined: true } : next;
}

function changedCard(row: CardRow | undefined, { cardId, revision, event }: Change): CardRow {
  const at = new Date(event.data.at);
  const next = row === undefined ? unseen(cardId, revision, at) : { ...row, revision };
  switch (event.type) {
    case "EntryGranted":
    case "EntryRejected": {
      const seen = { ...next, ...issuerOf(event.data, next), last_seen_at: at };
      if (event.type === "EntryRejected")
        return { ...seen, asi_failed: event.data.code === "CARD_ASI_FAILED" };
      const { accessId, expiresAt } = event.data;
      return { ...seen, asi_failed: false, open_access_id: accessId, open_expires_at: new Date(expiresAt) };
    }
    case "EntryConfirmed":
    case "EntryCancelled":
    case "EntryLapsed":
      if (next.open_access_id !== event.data.accessId) return next;
      return { ...next, open_access_id: null, open_expires_at: null };
    case "OfflineEntryReported":
      return { ...next, ...issuerOf(event.data, next), has_offline: true };
    case "CardFrozen":
      return { ...next, frozen: true, frozen_at: at, frozen_reason: event.data.reason };
    case "CardUnfrozen":
      return { ...next, frozen: false, frozen_at: null, frozen_reason: null };
    case "CardEnrolled":
      return { ...next, ...enrolledBy(event.data.enrolment ?? null, at, next) };
    case "CardUnenrolled":
      return { ...next, ...NOT_ENROLLED };
    case "CardReplaced":
      return { ...next, ...NOT_ENROLLED, replaced_by: event.data.into };
    case "CardInherited":
      return { ...next, ...inheritedBy(event, next) };
    case "AttemptAbandoned":
    case "EntryReversed":
    case "EntryCorrected":
    case "PaymentRecorded":
    case "ChargeRequested":
    case "ChargeUnknown":
    case "ChargeSettled":
    case "RefundRequested":
    case "RefundUnknown":
    case "RefundSettled":
    case "PaymentGivenUp":
    case "PaymentResolved":
    case "EnrolmentVerified":
    case "CardHashShown":
    case "CardJoined":
    case "CardAbsorbed":
    case "VisitsAdjusted":
    case "AdjustmentProposed":
    case "AdjustmentDeclined":
    case "AdjustmentWithdrawn":
    case "OpeningBalanceTaken":
    case "OfflineEntryReviewed":
      return next;
  }
}

const NOT_ENROLLED = { enrolled: false, aref: null, enrolled_at: null };

/** Until its first tap a card's issuer is what the reward system said. */
function enrolledBy(enrolment: Enrolment | null, at: Date, before: CardRow): Partial<CardRow> {
  if (enrolment === null) return { enrolled: true, enrolled_at: at };
  const { aref, ica, productCode, since, issuer } = enrolment;
  const known = { ...before, ...issuerOf({ issuer }, before) };
  return {
    ...known,
    ica: known.ica ?? ica,
    product_code: known.product_code ?? productCode,
    enrolled: true,
    aref,
    enrolled_at: new Date(since),
  };
}

/** An enrolment of its own counts before one that it takes over. */
function inheritedBy(
  { data: { at, enrolled, enrolment, issuer } }: CardInherited,
  before: CardRow,
): Partial<CardRow> {
  const known = { ...before, ...issuerOf({ issuer }, before) };
  return !enrolled || before.aref !== null || (before.enrolled && enrolment === null)
    ? known
    : { ...known, ...enrolledBy(enrolment && { ...enrolment, issuer: null }, new Date(at), known) };
}

function unseen(cardId: string, revision: number, at: Date): CardRow {
  return {
    card_id: cardId,
    revision,
    frozen: false,
    frozen_at: null,
    frozen_reason: null,
    enrolled: false,
    asi_failed: false,
    open_access_id: null,
    open_expires_at: null,
    ica: null,
    ica_name: null,
    product_code: null,
    product_name: null,
    issuer_country: null,
    first_seen_at: at,
    last_seen_at: at,
    has_offline: false,
    is_joined: false,
    aref: null,
    enrolled_at: null,
    replaced_by: null,
  };
}

/** The newest that an account range said; a card that no range holds any more keeps what it was. */
function issuerOf(
  { issuer }: { readonly issuer: EntryGranted["data"]["issuer"] },
  before: CardRow,
): Partial<CardRow> {
  if (issuer === null) return before;
  const { ica, issuerName, productCode, productName, country } = issuer;
  return {
    ica,
    ica_name: issuerName,
    product_code: productCode,
    product_name: productName,
    issuer_country: country,
  };
}

function evolveVisits(visits: Rows<VisitRow>, { cardId, revision, event }: Change): void {
  switch (event.type) {
    case "EntryGranted": {
      const { accessId, ruleset, location, at, cost } = event.data;
      visits.put({
        access_id: accessId,
        card_id: cardId,
        ruleset_id: ruleset.id,
        location_id: location.id,
        at: new Date(at),
        confirmed_at: null,
        confirm_revision: null,
        paid: cost === "PAID",
        adults_free: 0,
        adults_paid: 0,
        children_free: 0,
        children_paid: 0,
      });
      break;
    }
    case "EntryConfirmed": {
      const { accessId, allocation } = event.data;
      const confirmed = {
        confirmed_at: new Date(confirmedAt(event, granted(visits, accessId).at.getTime())),
        confirm_revision: revision,
      };
      visits.put({ ...granted(visits, accessId), ...confirmed, ...heads(allocation) });
      break;
    }
    case "EntryCorrected":
      visits.put({ ...granted(visits, event.data.accessId), ...heads(event.data.allocation) });
      break;
    case "EntryCancelled":
    case "EntryReversed":
      visits.remove(event.data.accessId);
      break;
    default:
      // A lapsed grant stays: it may still be confirmed late.
      break;
  }
}

/** Null for one that counts in no ruleset. */
function offlineVisit(cardId: string, { accessId, report, visit }: OfflineEntry): VisitRow | null {
  if (visit === null || visit.rulesetId === null) return null;
  return {
    access_id: accessId,
    card_id: cardId,
    ruleset_id: visit.rulesetId,
    location_id: visit.locationId,
    at: new Date(visit.at),
    confirmed_at: new Date(visit.confirmedAt),
    confirm_revision: report.revision,
    paid: visit.paid,
    adults_free: visit.adults.free,
    adults_paid: visit.adults.paid,
    children_free: visit.children.free,
    children_paid: visit.children.paid,
  };
}

function granted(visits: Rows<VisitRow>, accessId: string): VisitRow {
  const visit = visits.get(accessId);
  if (visit === undefined) throw new Error(`${accessId} was never granted`);
  return visit;
}

function heads({ cardholder, adults, children }: Allocation) {
  return {
    paid: cardholder === "PAID",
    adults_free: adults.free,
    adults_paid: adults.paid,
    children_free: children.free,
    children_paid: children.paid,
  };
}

function adjustmentOf(
  { cardId, revision }: Change,
  { data }: Extract<CardEvent, { type: "VisitsAdjusted" }>,
): CardAdjustmentRow {
  return {
    card_id: cardId,
    revision,
    adjustment_id: data.adjustmentId,
    ruleset_id: data.rulesetId,
    at: new Date(data.at),
    free: data.free,
    paid: data.paid,
    by_id: data.by.id,
    by_role: data.by.role,
    reason: data.reason,
    guests: null,
  };
}

/** Visits used are visits taken. */
function balanceOf(
  { cardId, revision }: Change,
  { data }: Extract<CardEvent, { type: "OpeningBalanceTaken" }>,
): CardAdjustmentRow {
  const { source, rulesetId, free, paid, adults, children } = data;
  const at = new Date(data.usedAt);
  return {
    card_id: cardId,
    revision,
    adjustment_id: balanceId({ source, rulesetId, usedAt: at.getTime() }),
    ruleset_id: rulesetId,
    at,
    free: 0 - free,
    paid: 0 - paid,
    by_id: data.by.id,
    by_role: data.by.role,
    reason: "",
    guests: { adults, children },
  };
}
