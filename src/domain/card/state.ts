import type { CardFacts, Visit } from "../ruleset/evaluate/facts.ts";
import { type Instant, instant } from "../time.ts";
import { evolveGiven, type GivenVisits } from "./adjustment/proposals.ts";
import { evolveCharge } from "./charge/charge.ts";
import { type ChargeEvent, isOfCharge } from "./charge/events.ts";
import { confirmedAt } from "./confirmedAt.ts";
import type { CompletedEntry, ConfirmedEntry, Entry, PendingEntry } from "./entry.ts";
import type { ActorRef } from "../actor.ts";
import type { ReplacementCause } from "./causes.ts";
import type { EnrolmentVerified } from "./enrolmentCheck.ts";
import type { CardEvent, Enrolment, EntryConfirmed, EntryGranted } from "./events.ts";
import { evolveOffline, NO_OFFLINE_HISTORY, type OfflineHistory } from "./offline/history.ts";
import { placeAccount, visitOf } from "./offline/account.ts";
import { NOTHING_PLACED, type Placement } from "./offline/placement.ts";

/** Another card took this one's place. */
export interface Replaced {
  readonly at: Instant;
  readonly into: string;
  readonly cause: ReplacementCause;
  readonly by: ActorRef;
}

/** What a card's stream comes to. */
export interface CardState extends GivenVisits {
  /** How many events were folded: the revision of the next one. */
  readonly events: number;
  readonly frozen: boolean;
  readonly enrolled: boolean;
  /** What the reward system knows it by; null where it is not enrolled there. */
  readonly enrolment: Enrolment | null;
  /** What the reward system said of it last, when somebody asked; null where nobody did. */
  readonly verified: EnrolmentVerified | null;
  /** Null while it counts itself. */
  readonly replaced: Replaced | null;
  readonly asiFailed: boolean;
  /** Instant of the last event. */
  readonly lastAt: Instant;
  readonly openId: string | null;
  readonly entries: ReadonlyMap<string, Entry>;
  /** Completed and not reversed, online and offline, in the order of confirmation. */
  readonly visits: readonly Visit[];
  /** The card that this one turned out to be the same account as, and that goes on for both. */
  readonly joinedInto: string | null;
  /** Cards that turned out to be the same account, as far as they had visits. */
  readonly joined: readonly string[];
  /** By attempt key, how often an attempt was abandoned. */
  readonly abandoned: ReadonlyMap<string, number>;
  /** What terminals told afterwards of what they decided by themselves. */
  readonly offline: OfflineHistory;
  /** What that comes to, beside what was decided online. */
  readonly placed: Placement;
}

export const initialCard: CardState = {
  events: 0,
  frozen: false,
  enrolled: false,
  enrolment: null,
  verified: null,
  replaced: null,
  asiFailed: false,
  lastAt: 0,
  openId: null,
  entries: new Map(),
  visits: [],
  adjustments: [],
  proposals: new Map(),
  joinedInto: null,
  joined: [],
  abandoned: new Map(),
  offline: NO_OFFLINE_HISTORY,
  placed: NOTHING_PLACED,
};

/**
 * What the evaluator sees of a card, and of the others of its account, whose reports are placed together. An open entry past its time is no longer open. Of a
 * card that was replaced, what it used counts for its successor; its freeze and its enrolment ended with it.
 */
export function cardFacts(state: CardState, now: Instant, joined: readonly CardState[] = []): CardFacts {
  const all = joined.length === 0 ? [state] : placeAccount([state, ...joined]);
  const open = all.map(openEntry).find((entry) => entry !== null && now < entry.expiresAt) ?? null;
  const standing = [state, ...joined.filter((one) => one.replaced === null)];
  return {
    replaced: state.replaced !== null,
    frozen: standing.some(({ frozen }) => frozen),
    enrolled: standing.some(({ enrolled }) => enrolled),
    asiFailed: state.asiFailed,
    open: open === null ? null : { accessId: open.accessId, expiresAt: open.expiresAt },
    visits:
      joined.length === 0
        ? state.visits
        : all.flatMap(({ visits }) => visits).sort((a, b) => a.confirmedAt - b.confirmedAt),
    adjustments: joined.length === 0 ? state.adjustments : all.flatMap(({ adjustments }) => adjustments),
  };
}

/** Whether joining this card to another changes what that one may do. */
export function hasConsequences(state: CardState): boolean {
  const { entries, adjustments, frozen, enrolled, replaced, offline } = state;
  const isMarked = frozen || enrolled || replaced !== null;
  return entries.size > 0 || adjustments.length > 0 || isMarked || offline.reports.size > 0;
}

/** The grant nothing has become of yet, lapsed by the clock or not. */
export function openEntry(state: CardState): PendingEntry | null {
  if (state.openId === null) return null;
  const entry = state.entries.get(state.openId);
  return entry?.status === "PENDING" ? entry : null;
}

/** An open entry past its time is lapsed, whether or not its stream says so yet. */
export function statusAt(entry: Entry, now: Instant): Entry["status"] {
  return entry.status === "PENDING" && now >= entry.expiresAt ? "EXPIRED" : entry.status;
}

export function evolveCard(state: CardState, event: CardEvent): CardState {
  const offline = evolveOffline(state.offline, event, state.events);
  const next = evolve(state, event);
  if (offline.reports.size === 0) return next;
  const isPlacedAnew =
    offline !== state.offline || next.visits !== state.visits || next.replaced !== state.replaced;
  return isPlacedAnew || next.adjustments !== state.adjustments ? withReports(next, offline) : next;
}

/** With the reports placed around what was decided online. */
export function withReports(state: CardState, offline: OfflineHistory): CardState {
  const [placed] = placeAccount([{ ...state, offline }]);
  if (placed === undefined) throw new Error("a card that is placed is there");
  return placed;
}

function evolve(state: CardState, event: CardEvent): CardState {
  const revision = state.events;
  const next = { ...state, events: revision + 1, lastAt: Math.max(state.lastAt, instant(event.data.at)) };
  // What becomes of an entry that a terminal let in by itself is not an online entry's business.
  if ("accessId" in event.data && state.offline.reports.has(event.data.accessId)) return next;
  if (isOfCharge(event)) return { ...next, entries: chargedBy(state, event) };
  switch (event.type) {
    case "EntryGranted":
      return {
        ...next,
        asiFailed: false,
        openId: event.data.accessId,
        entries: put(state, pendingEntry(event, revision)),
      };
    case "EntryRejected":
      return { ...next, asiFailed: event.data.code === "CARD_ASI_FAILED" };
    case "EntryConfirmed": {
      const completed = completedBy(state, event, revision);
      const visits = [...state.visits, visitOf(completed)];
      return { ...next, openId: closed(state, completed), entries: put(state, completed), visits };
    }
    case "EntryCancelled":
    case "EntryLapsed": {
      const entry = entryOf(state, event.data.accessId);
      const status = event.type === "EntryCancelled" ? "CANCELLED" : "EXPIRED";
      const ended = put(state, { status, ...grantPart(entry), endRevision: revision });
      return { ...next, openId: closed(state, entry), entries: ended };
    }
    case "AttemptAbandoned":
      return { ...next, abandoned: abandonedOnceMore(state, event.data.attemptKey) };
    case "EntryReversed": {
      const entry = completedEntry(state, event.data.accessId);
      return {
        ...next,
        entries: put(state, { ...entry, status: "REVERSED", paymentStatus: event.data.paymentStatus }),
        visits: state.visits.filter((visit) => visit.accessId !== entry.accessId),
      };
    }
    case "PaymentRecorded": {
      const entry = confirmedEntry(state, event.data.accessId);
      const { payment: told, paymentStatus: status } = event.data;
      const paid = { ...entry, payment: told, paymentStatus: status, paymentRevision: revision };
      return { ...next, entries: put(state, paid) };
    }
    case "EntryCorrected":
      return { ...next, ...correctedBy(state, event) };
    case "OfflineEntryReported":
    case "OfflineEntryReviewed":
    case "CardHashShown":
      return next;
    case "CardFrozen":
    case "CardUnfrozen":
      return { ...next, frozen: event.type === "CardFrozen" };
    case "CardEnrolled":
    case "CardUnenrolled":
    case "EnrolmentVerified":
    case "CardReplaced":
    case "CardInherited":
      return { ...next, ...standingAfter(state, event) };
    case "CardJoined":
      return { ...next, joinedInto: event.data.into };
    case "CardAbsorbed":
      return { ...next, joined: [...state.joined, event.data.cardId] };
    case "VisitsAdjusted":
    case "AdjustmentProposed":
    case "AdjustmentDeclined":
    case "AdjustmentWithdrawn":
    case "OpeningBalanceTaken":
      return { ...next, ...evolveGiven(state, event) };
  }
}

type StandingEvent = Extract<
  CardEvent,
  { type: "CardEnrolled" | "CardUnenrolled" | "EnrolmentVerified" | "CardReplaced" | "CardInherited" }
>;

/** An enrolment of its own counts before one that it takes over. */
function standingAfter(state: CardState, { type, data }: StandingEvent): Partial<CardState> {
  switch (type) {
    case "CardEnrolled":
      return { enrolled: true, enrolment: data.enrolment ?? null };
    case "CardUnenrolled":
      return { enrolled: false, enrolment: null };
    case "EnrolmentVerified":
      return { verified: data };
    case "CardReplaced": {
      const { at, into, cause, by } = data;
      return { joinedInto: into, replaced: { at: instant(at), into, cause, by } };
    }
    case "CardInherited":
      return {
        joined: [...state.joined, data.cardId],
        enrolled: state.enrolled || data.enrolled,
        enrolment: state.enrolment ?? data.enrolment,
      };
  }
}

function chargedBy(state: CardState, event: ChargeEvent): CardState["entries"] {
  const entry = confirmedEntry(state, event.data.accessId);
  const status = "paymentStatus" in event.data ? event.data.paymentStatus : entry.paymentStatus;
  return put(state, { ...entry, charge: evolveCharge(entry.charge, event), paymentStatus: status });
}

function pendingEntry(event: EntryGranted, revision: number): PendingEntry {
  const { data } = event;
  return {
    status: "PENDING",
    accessId: data.accessId,
    terminal: data.terminal,
    locationId: data.location.id,
    merchantId: data.location.merchantId,
    rulesetId: data.ruleset.id,
    rulesetVersion: data.ruleset.version,
    at: instant(data.at),
    expiresAt: instant(data.expiresAt),
    cost: data.cost,
    fee: data.fee,
    entitlement: data.guests,
    isCharged: data.collectedBy === "ACQUIRER",
    grantRevision: revision,
  };
}

function abandonedOnceMore({ abandoned }: CardState, attemptKey: string): ReadonlyMap<string, number> {
  return new Map(abandoned).set(attemptKey, (abandoned.get(attemptKey) ?? 0) + 1);
}

function completedBy(state: CardState, event: EntryConfirmed, revision: number): CompletedEntry {
  const { data } = event;
  const granted = grantPart(entryOf(state, data.accessId));
  return {
    status: "COMPLETED",
    ...granted,
    confirmedAt: confirmedAt(event, granted.at),
    confirmRevision: revision,
    guests: data.guests,
    allocation: data.allocation,
    charged: data.charged,
    paymentStatus: data.paymentStatus,
    payment: data.payment,
    paymentRevision: null,
    charge: null,
  };
}

function correctedBy(
  state: CardState,
  { data }: Extract<CardEvent, { type: "EntryCorrected" }>,
): Pick<CardState, "entries" | "visits"> {
  const before = completedEntry(state, data.accessId);
  const { allocation, paymentStatus = before.paymentStatus } = data;
  const entry = { ...before, allocation, paymentStatus };
  const visits = state.visits.map((visit) => (visit.accessId === entry.accessId ? visitOf(entry) : visit));
  return { entries: put(state, entry), visits };
}

function grantPart(entry: Entry): Omit<PendingEntry, "status"> {
  const { accessId, terminal, locationId, merchantId, rulesetId, rulesetVersion } = entry;
  const { at, expiresAt, cost: tier, fee, entitlement, isCharged, grantRevision } = entry;
  return {
    accessId,
    terminal,
    locationId,
    merchantId,
    rulesetId,
    rulesetVersion,
    at,
    expiresAt,
    cost: tier,
    fee,
    entitlement,
    isCharged,
    grantRevision,
  };
}

function put(state: CardState, entry: Entry): ReadonlyMap<string, Entry> {
  return new Map(state.entries).set(entry.accessId, entry);
}

function closed(state: CardState, entry: Entry): string | null {
  return state.openId === entry.accessId ? null : state.openId;
}

function entryOf(state: CardState, accessId: string): Entry {
  const entry = state.entries.get(accessId);
  if (entry === undefined) throw new Error(`the stream has no grant ${accessId}`);
  return entry;
}

function confirmedEntry(state: CardState, accessId: string): ConfirmedEntry {
  const entry = entryOf(state, accessId);
  if (entry.status !== "COMPLETED" && entry.status !== "REVERSED")
    throw new Error(`entry ${accessId} is ${entry.status}, and was never confirmed`);
  return entry;
}

function completedEntry(state: CardState, accessId: string): CompletedEntry {
  const entry = entryOf(state, accessId);
  if (entry.status !== "COMPLETED") throw new Error(`entry ${accessId} is ${entry.status}, not COMPLETED`);
  return entry;
}
