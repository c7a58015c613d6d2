import type { ChargeEvent } from "../../../src/domain/card/charge/events.ts";
import { every, type Read, type ReadLog } from "./log.ts";
import type { Row } from "./row.ts";

const TYPES = [
  "ChargeRequested",
  "ChargeUnknown",
  "ChargeSettled",
  "RefundRequested",
  "RefundUnknown",
  "RefundSettled",
  "PaymentGivenUp",
  "PaymentResolved",
] as const;

/** One row a fee that the acquirer charges: what the last word on the charge, and on each refund, comes to. */
export function paymentRows({ cards }: ReadLog): readonly Row[] {
  return [...cards].flatMap(([cardId, events]) => {
    const byEntry = new Map<string, Read<ChargeEvent>[]>();
    for (const read of every(events, ...TYPES)) {
      const { accessId } = read.event.data;
      byEntry.set(accessId, [...(byEntry.get(accessId) ?? []), read]);
    }
    return [...byEntry].map(([accessId, own]) => paymentRow(accessId, cardId, own));
  });
}

interface Part {
  readonly key: string;
  readonly amount: { readonly amount: string; readonly currency: string };
  readonly requestedAt: number;
  readonly givenUp: boolean;
  readonly state: string;
}

function paymentRow(accessId: string, cardId: string, reads: readonly Read<ChargeEvent>[]): Row {
  const events = reads.map(({ event }) => event);
  const parts = events.flatMap((event) =>
    event.type === "ChargeRequested" || event.type === "RefundRequested" ? [partOf(event, events)] : [],
  );
  const [charge, ...asked] = parts;
  const [first] = events;
  const lastRead = reads.at(-1);
  if (charge === undefined || first === undefined || lastRead === undefined)
    throw new Error(`${accessId} begins with a charge`);
  const elsewhere = events.flatMap((event) =>
    event.type === "PaymentResolved" && event.data.key === charge.key && event.data.outcome === "REFUNDED"
      ? [
          {
            ...{ key: "elsewhere", amount: charge.amount, requestedAt: Date.parse(event.data.at) },
            ...{ givenUp: false, state: "REFUNDED" },
          },
        ]
      : [],
  );
  const refunds = [...asked, ...elsewhere];
  const all = [charge, ...refunds];
  const isOpen = ({ state }: Part): boolean => state === "REQUESTED" || state === "UNKNOWN";
  return {
    access_id: accessId,
    card_id: cardId,
    revision: lastRead.revision,
    state: standingOf(charge, refunds),
    charge: { ...charge, refunds },
    steps: events.map(stepOf),
    requested_at: new Date(first.data.at),
    changed_at: new Date(lastRead.event.data.at),
    is_open: all.some((one) => isOpen(one) && !one.givenUp),
    for_person:
      all.some((one) => isOpen(one) && one.givenUp) || refunds.some(({ state }) => state === "DECLINED"),
    unknown_since: unknownSince(events),
  };
}

function partOf(
  { type, data: { key, amount, at } }: Extract<ChargeEvent, { type: "ChargeRequested" | "RefundRequested" }>,
  events: readonly ChargeEvent[],
): Part {
  const isCharge = type === "ChargeRequested";
  const own = events.filter(({ data }) => data.key === key);
  const word = own.findLast(({ type: one }) => one !== "PaymentGivenUp");
  const states: Readonly<Record<string, string>> = isCharge
    ? { APPROVED: "CHARGED", PAID: "CHARGED", REFUNDED: "CHARGED" }
    : { APPROVED: "REFUNDED", PAID: "KEPT" };
  const outcome = word !== undefined && "outcome" in word.data ? word.data.outcome : null;
  const isUnknown = word?.type === "ChargeUnknown" || word?.type === "RefundUnknown";
  return {
    ...{ key, amount, requestedAt: Date.parse(at) },
    givenUp: own.some(({ type: one }) => one === "PaymentGivenUp"),
    state: outcome === null ? (isUnknown ? "UNKNOWN" : "REQUESTED") : (states[outcome] ?? outcome),
  };
}

function standingOf(charge: Part, refunds: readonly Part[]): string {
  const names: Readonly<Record<string, string>> = {
    ...{ REQUESTED: "PENDING", UNKNOWN: "UNKNOWN", DECLINED: "FAILED", NOT_PAID: "FAILED", VOIDED: "VOIDED" },
  };
  if (charge.state !== "CHARGED") return names[charge.state] ?? charge.state;
  const has = (state: string): boolean => refunds.some((one) => one.state === state);
  if (has("UNKNOWN")) return "REFUND_UNKNOWN";
  if (has("REQUESTED")) return "REFUND_PENDING";
  if (has("DECLINED")) return "REFUND_FAILED";
  const back = refunds.filter(({ state }) => state === "REFUNDED");
  const cents = (part: Part): number => Math.round(Number(part.amount.amount) * 1_000);
  const sum = back.reduce((total, one) => total + cents(one), 0);
  if (sum === 0) return "PAID";
  return sum === cents(charge) ? "REFUNDED" : "PARTIALLY_REFUNDED";
}

/** Since when some answer was missing, without a moment in between at which none was. */
function unknownSince(events: readonly ChargeEvent[]): Date | null {
  const missing = new Set<string>();
  let since: Date | null = null;
  for (const { type, data } of events) {
    if (type === "ChargeUnknown" || type === "RefundUnknown") missing.add(data.key);
    else if (type !== "PaymentGivenUp") missing.delete(data.key);
    if (missing.size === 0) since = null;
    else since ??= new Date(data.at);
  }
  return since;
}

function stepOf({ type, data }: ChargeEvent): Row {
  return {
    ...{ at: data.at, what: type, key: data.key },
    amount: type === "ChargeRequested" || type === "RefundRequested" ? data.amount : null,
    outcome:
      type === "ChargeSettled" || type === "RefundSettled" || type === "PaymentResolved"
        ? data.outcome
        : null,
    responseCode: type === "ChargeSettled" || type === "RefundSettled" ? data.responseCode : null,
    why: "why" in data ? data.why : type === "PaymentResolved" ? data.reason : null,
    by: type === "PaymentResolved" ? data.by : null,
  };
}
