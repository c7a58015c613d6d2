import type { PaymentRow, PaymentStep } from "../../database/readModels.ts";
import { evolveCharge, openSteps, paymentStateOf, stepForPerson } from "../../domain/card/charge/charge.ts";
import { type ChargeEvent, isOfCharge } from "../../domain/card/charge/events.ts";
import type { ReadEvent } from "../events.ts";
import type { Projection } from "../projection.ts";
import { Rows, type Table } from "../rows.ts";

/** Fees that the acquirer charges, one row an entry. What is still to be asked is found here, and decided by the stream. */

const payments: Table<PaymentRow> = {
  name: "payments",
  primaryKey: ["access_id"],
  json: ["charge", "steps"],
  key: (row) => row.access_id,
};

export const paymentsProjection: Projection = {
  name: "payments",
  version: 1,
  tables: ["payments"],
  wants: new Set(["card"]),
  apply: async (client, events, writes) => {
    const changes = events.flatMap(changeOf);
    const ids = [...new Set(changes.map(({ event }) => event.data.accessId))];
    const rows = await Rows.read(client, payments, "access_id", ids);
    for (const change of changes) rows.put(evolve(rows.get(change.event.data.accessId), change));
    await rows.save(client, writes);
  },
};

interface Change {
  readonly cardId: string;
  readonly revision: number;
  readonly event: ChargeEvent;
}

function changeOf(read: ReadEvent): readonly Change[] {
  if (read.kind !== "card") return [];
  const { id: cardId, revision, event } = read;
  return isOfCharge(event) ? [{ cardId, revision, event }] : [];
}

function evolve(row: PaymentRow | undefined, { cardId, revision, event }: Change): PaymentRow {
  const { accessId, at } = event.data;
  const changedAt = new Date(at);
  const charge = evolveCharge(row?.charge ?? null, event);
  const isUnknown = [charge, ...charge.refunds].some(({ state }) => state === "UNKNOWN");
  return {
    access_id: accessId,
    card_id: cardId,
    revision,
    state: paymentStateOf(charge),
    charge,
    steps: [...(row?.steps ?? []), stepOf(event)],
    requested_at: row?.requested_at ?? changedAt,
    changed_at: changedAt,
    is_open: openSteps(charge).length > 0,
    for_person: stepForPerson(charge) !== null,
    unknown_since: isUnknown ? (row?.unknown_since ?? changedAt) : null,
  };
}

function stepOf({ type, data }: ChargeEvent): PaymentStep {
  const { at, key } = data;
  return {
    ...{ at, what: type, key },
    amount: "amount" in data ? data.amount : null,
    outcome: "outcome" in data ? data.outcome : null,
    responseCode: "responseCode" in data ? data.responseCode : null,
    why: "why" in data ? data.why : "reason" in data ? data.reason : null,
    by: "by" in data ? data.by : null,
  };
}
