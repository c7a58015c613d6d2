import type { CardEvent, EntryConfirmed } from "../../../src/domain/card/events.ts";
import type { AttemptRefused } from "../../../src/domain/terminal/events.ts";
import { every, last, type Read, type ReadLog } from "./log.ts";
import { NOT_OFFLINE, offlineOperations, overtakenColumns } from "./offline.ts";
import type { Row } from "./row.ts";

/** One row an attempt: what its verdict says, and of everything else the last that was said. */
export function operationRows(log: ReadLog): readonly Row[] {
  const { cards, terminals } = log;
  const refused = [...terminals.values()].flat().flatMap((read) => {
    const { event } = read;
    return event.type === "AttemptRefused" ? [refusedRow(read, event)] : [];
  });
  const decided = [...cards.values()].flatMap((events) =>
    every(events, "EntryGranted", "EntryRejected").map((verdict) =>
      decidedRow(
        verdict,
        events.filter(({ revision, event }) => revision > verdict.revision && isAbout(event, verdict)),
      ),
    ),
  );
  return [...refused, ...overtakenColumns(log, decided), ...offlineOperations(log, decided)];
}

type Verdict = Read<Extract<CardEvent, { type: "EntryGranted" | "EntryRejected" }>>;

function isAbout(event: CardEvent, verdict: Verdict): boolean {
  // Who gives an attempt up says nothing of an entry.
  if (event.type === "AttemptAbandoned") return false;
  return "accessId" in event.data && event.data.accessId === verdict.event.data.accessId;
}

const NOTHING_YET = {
  ...NOT_OFFLINE,
  type: "ONLINE",
  confirmed_at: null,
  adults_free: 0,
  adults_paid: 0,
  children_free: 0,
  children_paid: 0,
  free_children: 0,
  charged_amount: null,
  charged_currency: null,
  payment_status: "NONE",
  flags: [],
  cancel_reason: null,
  reversal: null,
  corrections: [],
};

/** The terminal belonged nowhere, so that of place, issuer and rules nothing was looked at. */
function refusedRow(read: Read<unknown>, { data }: AttemptRefused): Row {
  return {
    ...NOTHING_YET,
    access_id: data.accessId,
    stream: `terminal-${read.of}`,
    decided_revision: read.revision,
    revision: read.revision,
    request_id: data.requestId,
    card_id: data.cardId,
    terminal: read.of,
    merchant_id: null,
    location_id: null,
    location_name: null,
    country: null,
    service: null,
    status: "REJECTED",
    code: "UNKNOWN_DEVICE",
    at: new Date(data.at),
    expires_at: null,
    last_change_at: new Date(data.at),
    entry_mode: data.entryMode,
    ica: null,
    ica_name: null,
    product_code: null,
    issuer_country: null,
    ruleset_id: null,
    ruleset_name: null,
    ruleset_version: null,
    cost: null,
    card_auth_response_code: null,
    trust: null,
  };
}

function decidedRow({ of, revision, event }: Verdict, later: readonly Read<CardEvent>[]): Row {
  const { data } = event;
  const { location, issuer, ruleset } = data;
  const end = later.at(-1);
  return {
    ...NOT_OFFLINE,
    access_id: data.accessId,
    stream: `card-${of}`,
    decided_revision: revision,
    revision: end?.revision ?? revision,
    request_id: data.requestId,
    card_id: of,
    terminal: data.terminal,
    merchant_id: location === null ? null : location.merchantId,
    location_id: location === null ? null : location.id,
    location_name: location === null ? null : location.name,
    country: location === null ? null : location.country,
    service: location === null ? null : location.service,
    type: "ONLINE",
    code: event.type === "EntryRejected" ? event.data.code : null,
    at: new Date(data.at),
    expires_at: event.type === "EntryGranted" ? new Date(event.data.expiresAt) : null,
    last_change_at: new Date((end ?? { event }).event.data.at),
    entry_mode: data.entryMode,
    ica: issuer === null ? null : issuer.ica,
    ica_name: issuer === null ? null : issuer.issuerName,
    product_code: issuer === null ? null : issuer.productCode,
    issuer_country: issuer === null ? null : issuer.country,
    ruleset_id: ruleset === null ? null : ruleset.id,
    ruleset_name: ruleset === null ? null : ruleset.name,
    ruleset_version: ruleset === null ? null : ruleset.version,
    cost: event.type === "EntryGranted" ? event.data.cost : null,
    card_auth_response_code: data.evidence.verification?.responseCode ?? null,
    trust: data.trust,
    status: statusOf(event, later),
    ...visitColumns(Date.parse(data.at), later),
    ...takenBack(later),
  };
}

function statusOf(verdict: Verdict["event"], later: readonly Read<CardEvent>[]): string {
  if (verdict.type === "EntryRejected") return "REJECTED";
  const move = last(later, "EntryConfirmed", "EntryCancelled", "EntryLapsed", "EntryReversed");
  switch (move?.event.type) {
    case undefined:
      return "PENDING";
    case "EntryConfirmed":
      return "COMPLETED";
    case "EntryCancelled":
      return "CANCELLED";
    case "EntryLapsed":
      return "EXPIRED";
    case "EntryReversed":
      return "REVERSED";
  }
}

function visitColumns(grantedAt: number, later: readonly Read<CardEvent>[]): Row {
  const confirmed = last(later, "EntryConfirmed")?.event.data;
  const allocation = last(later, "EntryConfirmed", "EntryCorrected")?.event.data.allocation;
  const told = later.flatMap(({ event }) =>
    "paymentStatus" in event.data && event.data.paymentStatus !== undefined ? [event.data.paymentStatus] : [],
  );
  return {
    confirmed_at: confirmed === undefined ? null : tookPlace(grantedAt, confirmed),
    adults_free: allocation?.adults.free ?? 0,
    adults_paid: allocation?.adults.paid ?? 0,
    children_free: allocation?.children.free ?? 0,
    children_paid: allocation?.children.paid ?? 0,
    free_children: allocation?.freeChildren ?? 0,
    charged_amount: confirmed?.charged?.amount ?? null,
    charged_currency: confirmed?.charged?.currency ?? null,
    payment_status: told.at(-1) ?? "NONE",
    flags: confirmed?.flags ?? [],
    cancel_reason: last(later, "EntryCancelled")?.event.data.reason ?? null,
  };
}

/** Told afterwards: when the terminal says, between its grant and the time at which it was told. */
export function tookPlace(grantedAt: number, { at, offline }: EntryConfirmed["data"]): Date {
  const told = Date.parse(at);
  if (offline === undefined) return new Date(told);
  return new Date(Math.min(told, Math.max(grantedAt, Date.parse(offline.occurredAt))));
}

/** What was taken back, each with its refund; that of a payment told later is the refund of what came last before it. */
function takenBack(later: readonly Read<CardEvent>[]): Row {
  const taken = every(later, "EntryReversed", "EntryCorrected");
  const told = every(later, "PaymentRecorded", "RefundRequested");
  const parts = taken.map(({ revision, event }) => {
    const next = taken.find((one) => one.revision > revision)?.revision ?? Number.POSITIVE_INFINITY;
    const repaid = told
      .filter((one) => one.revision > revision && one.revision < next)
      .map(({ event: one }) => (one.type === "RefundRequested" ? one.data.amount : one.data.refund))
      .findLast((one) => one !== null);
    const { at, by, reason, refund } = event.data;
    const part = { at, by, reason, refund: repaid ?? refund };
    return event.type === "EntryReversed"
      ? { whole: true, part }
      : { whole: false, part: { ...part, removed: event.data.removed } };
  });
  return {
    reversal: parts.find(({ whole }) => whole)?.part ?? null,
    corrections: parts.filter(({ whole }) => !whole).map(({ part }) => part),
  };
}
