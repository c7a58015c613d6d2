import type { CardEvent } from "../../../src/domain/card/events.ts";
import { every, last, type Read, type ReadLog } from "./log.ts";
import { placedOf } from "./offline.ts";
import { tookPlace } from "./operations.ts";
import type { Row } from "./row.ts";

export function cardRows({ cards }: ReadLog): readonly Row[] {
  return [...cards].map(([cardId, events]) => cardRow(cardId, events));
}

/** One account with another. */
export function joinedRows(log: ReadLog): readonly Row[] {
  return cardRows(log).flatMap(({ card_id, is_joined }) => (is_joined === true ? [{ card_id }] : []));
}

function cardRow(cardId: string, events: readonly Read<CardEvent>[]): Row {
  const [first] = events;
  const verdict = last(events, "EntryGranted", "EntryRejected");
  const issuer = events.map(({ event }) => issuerSaid(event)).findLast((one) => one !== null) ?? null;
  const enrolment = enrolmentAfter(events);
  const said = last(events, "CardEnrolled")?.event.data.enrolment ?? null;
  const hold = last(events, "CardFrozen", "CardUnfrozen");
  const frozen = hold?.event.type === "CardFrozen" ? hold.event.data : null;
  const open = openGrant(events);
  return {
    card_id: cardId,
    revision: events.at(-1)?.revision ?? null,
    frozen: frozen !== null,
    frozen_at: frozen === null ? null : new Date(frozen.at),
    frozen_reason: frozen === null ? null : frozen.reason,
    enrolled: enrolment !== null,
    aref: enrolment?.aref ?? null,
    enrolled_at: enrolment === null ? null : new Date(enrolment.at),
    replaced_by: last(events, "CardReplaced")?.event.data.into ?? null,
    asi_failed: verdict?.event.type === "EntryRejected" && verdict.event.data.code === "CARD_ASI_FAILED",
    open_access_id: open === null ? null : open.accessId,
    open_expires_at: open === null ? null : new Date(open.expiresAt),
    ica: issuer === null ? (said?.ica ?? null) : issuer.ica,
    ica_name: issuer === null ? null : issuer.issuerName,
    product_code: issuer === null ? (said?.productCode ?? null) : issuer.productCode,
    product_name: issuer === null ? null : issuer.productName,
    issuer_country: issuer === null ? null : issuer.country,
    first_seen_at: first === undefined ? null : new Date(first.event.data.at),
    // Where it was never tapped: since it is known.
    last_seen_at: new Date((verdict ?? first)?.event.data.at ?? ""),
    has_offline: last(events, "OfflineEntryReported") !== undefined,
    is_joined: last(events, "CardJoined", "CardAbsorbed", "CardReplaced", "CardInherited") !== undefined,
  };
}

function issuerSaid({ type, data }: CardEvent) {
  switch (type) {
    case "EntryGranted":
    case "EntryRejected":
    case "OfflineEntryReported":
    case "CardInherited":
      return data.issuer;
    case "CardEnrolled":
      return data.enrolment?.issuer ?? null;
    default:
      return null;
  }
}

/** By what it is enrolled in the end, and since when. */
function enrolmentAfter(events: readonly Read<CardEvent>[]) {
  let now: { readonly aref: string | null; readonly at: string } | null = null;
  for (const { event } of every(events, "CardEnrolled", "CardUnenrolled", "CardReplaced", "CardInherited")) {
    const { type, data } = event;
    if (type === "CardUnenrolled" || type === "CardReplaced") now = null;
    else if (type === "CardEnrolled" || (data.enrolled && isBetter(now, data.enrolment)))
      now = { aref: data.enrolment?.aref ?? null, at: data.enrolment?.since ?? data.at };
  }
  return now;
}

/** What is taken over counts where the card has nothing of its own, or less. */
function isBetter(own: { readonly aref: string | null } | null, taken: unknown): boolean {
  return own === null || (own.aref === null && taken !== null);
}

/** The newest grant, unless it came to an end. */
function openGrant(events: readonly Read<CardEvent>[]) {
  const grant = last(events, "EntryGranted");
  if (grant === undefined) return null;
  const { accessId } = grant.event.data;
  const ended = every(events, "EntryConfirmed", "EntryCancelled", "EntryLapsed").some(
    ({ revision, event }) => revision > grant.revision && event.data.accessId === accessId,
  );
  return ended ? null : grant.event.data;
}

/** A grant that may still be confirmed, be it late, or a visit that counts. */
export function visitRows(log: ReadLog): readonly Row[] {
  return [...onlineVisits(log), ...offlineVisits(log)];
}

function onlineVisits({ cards }: ReadLog): readonly Row[] {
  return [...cards.values()].flatMap((events) =>
    every(events, "EntryGranted").flatMap(({ of, event }): readonly Row[] => {
      const { accessId, ruleset, location, at, cost } = event.data;
      const own = events.filter(
        (one) => "accessId" in one.event.data && one.event.data.accessId === accessId,
      );
      if (last(own, "EntryCancelled", "EntryReversed") !== undefined) return [];
      const confirmed = last(own, "EntryConfirmed");
      const allocation = last(own, "EntryConfirmed", "EntryCorrected")?.event.data.allocation;
      return [
        {
          access_id: accessId,
          card_id: of,
          ruleset_id: ruleset.id,
          location_id: location.id,
          at: new Date(at),
          confirmed_at: confirmed === undefined ? null : tookPlace(Date.parse(at), confirmed.event.data),
          confirm_revision: confirmed?.revision ?? null,
          paid: (allocation?.cardholder ?? cost) === "PAID",
          adults_free: allocation?.adults.free ?? 0,
          adults_paid: allocation?.adults.paid ?? 0,
          children_free: allocation?.children.free ?? 0,
          children_paid: allocation?.children.paid ?? 0,
        },
      ];
    }),
  );
}

/** What terminals told of, where it counts in a ruleset. */
function offlineVisits(log: ReadLog): readonly Row[] {
  return placedOf(log).flatMap(([cardId, { accessId, report, visit }]): readonly Row[] => {
    if (visit === null || visit.rulesetId === null) return [];
    return [
      {
        access_id: accessId,
        card_id: cardId,
        ruleset_id: visit.rulesetId,
        location_id: visit.locationId,
        at: new Date(visit.at),
        confirmed_at: new Date(visit.at),
        confirm_revision: report.revision,
        paid: visit.paid,
        adults_free: visit.adults.free,
        adults_paid: visit.adults.paid,
        children_free: visit.children.free,
        children_paid: visit.children.paid,
      },
    ];
  });
}

/** Confirmed and not reversed, whichever version had let them in. */
export function usageRows(log: ReadLog): readonly Row[] {
  const visits = new Map<string, number>();
  for (const [, { visit }] of placedOf(log)) {
    const id = visit?.rulesetId ?? null;
    if (id !== null) visits.set(id, (visits.get(id) ?? 0) + 1);
  }
  for (const events of log.cards.values()) {
    const reversed = new Set(every(events, "EntryReversed").map(({ event }) => event.data.accessId));
    const confirmed = new Set(every(events, "EntryConfirmed").map(({ event }) => event.data.accessId));
    for (const { event } of every(events, "EntryGranted")) {
      const { accessId, ruleset } = event.data;
      if (!confirmed.has(accessId) || reversed.has(accessId)) continue;
      visits.set(ruleset.id, (visits.get(ruleset.id) ?? 0) + 1);
    }
  }
  return [...visits].map(([ruleset_id, count]) => ({ ruleset_id, visits: count }));
}
