import type { CardEvent, Enrolment } from "../card/events.ts";
import type { AttemptLocation } from "../card/shapes.ts";
import type { RulesetRef } from "../ruleset/verdict.ts";
import { WEBHOOK_CATALOGUE, type WebhookData } from "./catalogue.ts";
import type { WebhookType } from "./types.ts";

/** What receivers are told of an event of the log: one message or none, the same whenever it is made. */

/** A type with the data that goes with it. */
export type Told = {
  readonly [Type in WebhookType]: { readonly type: Type; readonly data: WebhookData[Type] };
}[WebhookType];

/** Of the event: what the envelope says. */
export interface Occurrence {
  readonly id: string;
  readonly recordedAt: string;
  readonly position: string | null;
}

/** The text that is sent and signed. */
export function messageText({ type, data }: Told, { id, recordedAt, position }: Occurrence): string {
  const { version } = WEBHOOK_CATALOGUE[type];
  return JSON.stringify({ id, type, version, timestamp: recordedAt, position, data });
}

/** Where an entry takes place, which only its first event says. */
export interface EntryPlace {
  readonly terminal: string;
  readonly location: WebhookData["entry.lapsed"]["location"];
  readonly ruleset: RulesetRef | null;
}

/** What an event says of its entry's place; null for one that says nothing of it. */
export function placeIn(event: CardEvent): { readonly accessId: string; readonly place: EntryPlace } | null {
  const { type } = event;
  if (type !== "EntryGranted" && type !== "EntryRejected" && type !== "OfflineEntryReported") return null;
  const { accessId, terminal, location, ruleset } = event.data;
  const shown = ruleset === null ? null : rulesetOf(ruleset);
  return { accessId, place: { terminal, location: locationOf(location), ruleset: shown } };
}

const UNTOLD: ReadonlySet<CardEvent["type"]> = new Set([
  ...(["AttemptAbandoned", "ChargeRequested", "RefundRequested", "RefundUnknown", "PaymentGivenUp"] as const),
]);

/** The entry whose place has to be known for the message; null where the event says it, or there is no message. */
export function placeWanted(event: CardEvent): string | null {
  if (UNTOLD.has(event.type) || placeIn(event) !== null) return null;
  return "accessId" in event.data ? event.data.accessId : null;
}

function locationOf(location: AttemptLocation | null): EntryPlace["location"] {
  if (location === null) return null;
  const { id, name, country, service, merchantId } = location;
  return { id, name, country, service, merchantId };
}

function rulesetOf({ id, name, version }: RulesetRef): RulesetRef {
  return { id, name, version };
}

type Issuer = WebhookData["entry.granted"]["issuer"];

function issuerOf(issuer: Issuer): Issuer {
  if (issuer === null) return null;
  const { ica, country, productCode } = issuer;
  return { ica, country, productCode };
}

/** @param place of the entry; null for what is of none */
export function toldOfCard(event: CardEvent, cardId: string, place: EntryPlace | null): Told | null {
  switch (event.type) {
    case "CardFrozen":
      return { type: "card.frozen", data: { cardId, ...event.data } };
    case "CardUnfrozen":
      return { type: "card.unfrozen", data: { cardId, ...event.data } };
    case "CardEnrolled": {
      const { at, by, reason, enrolment } = event.data;
      return { type: "card.enrolled", data: { cardId, at, by, reason, enrolment: toldEnrolment(enrolment) } };
    }
    case "CardUnenrolled":
      return { type: "card.unenrolled", data: { cardId, ...event.data } };
    case "CardReplaced":
      return { type: "card.replaced", data: { cardId, ...event.data } };
    case "CardJoined":
      return { type: "card.joined", data: { cardId, ...event.data } };
    case "VisitsAdjusted": {
      const { at, by, reason, rulesetId, free, paid } = event.data;
      return { type: "card.adjusted", data: { cardId, at, by, reason, rulesetId, free, paid } };
    }
    // The card into which it went says so, and a check that came to nothing is nothing.
    case "CardAbsorbed":
    case "CardInherited":
    case "AttemptAbandoned":
    // What they lead to is told when it is known.
    case "AdjustmentProposed":
    case "AdjustmentDeclined":
    case "AdjustmentWithdrawn":
    // Nothing came of it.
    case "EnrolmentVerified":
    case "CardHashShown":
    // Nothing happened here and now.
    case "OpeningBalanceTaken":
    case "ChargeRequested":
    case "RefundRequested":
    case "RefundUnknown":
    case "PaymentGivenUp":
      return null;
    case "EntryGranted":
    case "EntryRejected":
    case "EntryConfirmed":
    case "EntryCancelled":
    case "EntryLapsed":
    case "EntryReversed":
    case "EntryCorrected":
    case "PaymentRecorded":
    case "ChargeUnknown":
    case "ChargeSettled":
    case "RefundSettled":
    case "PaymentResolved":
    case "OfflineEntryReported":
    case "OfflineEntryReviewed":
      return place === null ? null : toldOfEntry(event, cardId, place);
  }
}

function toldEnrolment(enrolment: Enrolment | undefined): WebhookData["card.enrolled"]["enrolment"] {
  if (enrolment === undefined) return null;
  const { aref, ica, productCode, since } = enrolment;
  return { aref, ica, productCode, since };
}

type EntryEvent = Extract<
  CardEvent,
  {
    readonly type:
      | `Entry${string}`
      | `OfflineEntry${string}`
      | "PaymentRecorded"
      | "ChargeUnknown"
      | "ChargeSettled"
      | "RefundSettled"
      | "PaymentResolved";
  }
>;

function toldOfEntry(event: EntryEvent, cardId: string, place: EntryPlace): Told {
  const { accessId, at } = event.data;
  const entry = { accessId, cardId, ...place, at };
  switch (event.type) {
    case "EntryGranted":
    case "EntryRejected":
      return toldOfVerdict(event, entry);
    case "EntryConfirmed": {
      const { requestId, guests, allocation, charged, payment, paymentStatus, ...rest } = event.data;
      const { remaining, flags, late, offline: report } = rest;
      const paid = { charged, payment, paymentStatus };
      const offline =
        report === undefined ? null : { reportId: report.reportId, occurredAt: report.occurredAt };
      const data = { ...entry, requestId, guests, allocation, ...paid, remaining, flags, late, offline };
      return { type: "entry.confirmed", data };
    }
    case "EntryCancelled": {
      const { requestId, reason } = event.data;
      return { type: "entry.cancelled", data: { ...entry, requestId, reason } };
    }
    case "EntryLapsed":
      return { type: "entry.lapsed", data: entry };
    case "EntryReversed": {
      const { by, reason, refund, paymentStatus } = event.data;
      return { type: "entry.reversed", data: { ...entry, by, reason, refund, paymentStatus } };
    }
    case "EntryCorrected": {
      const { by, reason, removed, allocation, refund } = event.data;
      return { type: "entry.corrected", data: { ...entry, by, reason, removed, allocation, refund } };
    }
    case "PaymentRecorded": {
      const { requestId, payment, refund, paymentStatus } = event.data;
      const data = { ...entry, requestId, payment, refund, paymentStatus };
      return { type: "entry.payment_recorded", data };
    }
    case "ChargeUnknown":
    case "ChargeSettled":
    case "RefundSettled":
    case "PaymentResolved":
      return { type: "entry.payment_changed", data: { ...entry, paymentStatus: event.data.paymentStatus } };
    case "OfflineEntryReported": {
      const { reportId, occurredAt, mode, outcome, trust, guests, payment } = event.data;
      const issuer = issuerOf(event.data.issuer);
      const data = { ...entry, reportId, occurredAt, mode, outcome, trust, issuer, guests, payment };
      return { type: "entry.offline_reported", data };
    }
    case "OfflineEntryReviewed": {
      const { by, decision, reason, flags } = event.data;
      return { type: "entry.offline_reviewed", data: { ...entry, by, decision, reason, flags } };
    }
  }
}

function toldOfVerdict(
  event: Extract<EntryEvent, { type: "EntryGranted" | "EntryRejected" }>,
  entry: WebhookData["entry.lapsed"],
): Told {
  const { requestId, entryMode, trust } = event.data;
  const issuer = issuerOf(event.data.issuer);
  if (event.type === "EntryRejected") {
    const { code, retryable, nextFreeAt } = event.data;
    const data = { ...entry, requestId, entryMode, issuer, code, retryable, nextFreeAt };
    return { type: "entry.rejected", data };
  }
  const { expiresAt, cost, fee, available, guests: most } = event.data;
  const guests = { max: most.max, adults: most.adults.max, children: most.children.max };
  const asked = { requestId, entryMode, trust, issuer };
  return { type: "entry.granted", data: { ...entry, ...asked, expiresAt, cost, fee, available, guests } };
}
