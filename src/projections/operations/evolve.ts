import type { ClientBase } from "pg";
import type { OperationRow } from "../../database/readModels.ts";
import { confirmedAt } from "../../domain/card/confirmedAt.ts";
import type { ChargeEvent } from "../../domain/card/charge/events.ts";
import type { CardEvent } from "../../domain/card/events.ts";
import type { CardState } from "../../domain/card/state.ts";
import type { AttemptRefused } from "../../domain/terminal/events.ts";
import type { ReadEvent } from "../events.ts";
import type { Projection } from "../projection.ts";
import { Rows, type Table } from "../rows.ts";
import type { History } from "../history.ts";
import { foldAccounts, joinedCards, reportedCards, touchedCards } from "../offlineCards.ts";
import { BLANK, heads, settingOf, UNTOUCHED } from "./blank.ts";
import { Counts } from "./counts.ts";
import { keepJoined, offlineRows, withOfflineRows } from "./offline.ts";
import { flagWhatIsShared } from "./sharedFlags.ts";

/** One row an attempt, granted or refused, and how it evolves. How it is asked for: `queries.ts` beside this file. */

const operations: Table<OperationRow> = {
  name: "operations",
  primaryKey: ["access_id"],
  json: ["reversal", "corrections", "offline"],
  key: (row) => row.access_id,
};

export const operationsProjection: Projection = {
  name: "operations",
  version: 6,
  tables: ["operations", "operation_counts", "operation_joined_cards"],
  wants: new Set(["card", "terminal"]),
  apply: async (client, events, writes, history) => {
    const told = await offlineOf(client, events, history);
    const offline = [...told].flatMap(([cardId, state]) => offlineRows(cardId, state));
    const isOffline = new Set(offline.map((row) => row.access_id));
    const changes = events.flatMap(changeOf).filter(({ event }) => !isOffline.has(event.data.accessId));
    if (changes.length === 0 && offline.length === 0) return;
    // Of an attempt that is decided in this batch there is nothing to be known, unless it is there all the same.
    const known = changes.filter(({ event }) => writes === "UPSERT" || !isDecided(event));
    const ids = [
      ...known.map(({ event }) => event.data.accessId),
      ...isOffline,
      ...[...told.values()].flatMap(confirmedIn),
    ];
    const rows = await Rows.read(client, operations, "access_id", ids);
    const before = new Map<string, OperationRow | undefined>();
    const put = (row: OperationRow): void => {
      if (!before.has(row.access_id)) before.set(row.access_id, rows.get(row.access_id));
      rows.put(row);
    };
    for (const change of changes) put(evolve(rows.get(change.event.data.accessId), change));
    for (const row of offline) put(row);
    for (const state of told.values()) {
      for (const row of overtakenRows(rows, state)) put(row);
    }
    await rows.save(client, writes);
    await countsOf(rows, before).save(client);
    const all = [...before].flatMap(([accessId, was]) => {
      const after = rows.get(accessId);
      return after === undefined ? [] : [{ before: was, after }];
    });
    await flagWhatIsShared(client, all);
  },
};

/** The cards of the batch, with those of their accounts, whose terminals have told of entries that they let in by themselves. */
async function offlineOf(
  client: ClientBase,
  events: readonly ReadEvent[],
  history: History,
): Promise<ReadonlyMap<string, CardState>> {
  const joined = joinedCards(events);
  if (joined.size > 0) await keepJoined(client, joined);
  const touched = touchedCards(events);
  if (touched.size === 0) return new Map();
  const known = new Set([...reportedCards(events), ...joined]);
  const others = [...touched].filter((cardId) => !known.has(cardId));
  const cards = new Set([...known, ...(await withOfflineRows(client, others))]);
  return await foldAccounts(history, cards);
}

function confirmedIn({ entries }: CardState): readonly string[] {
  return [...entries.values()].flatMap(({ accessId, status }) =>
    status === "COMPLETED" || status === "REVERSED" ? [accessId] : [],
  );
}

/** Online entries whose standing has changed: overtaken by what was reported later, or not any more. */
function overtakenRows(rows: Rows<OperationRow>, { entries, placed }: CardState): readonly OperationRow[] {
  return [...entries.keys()].flatMap((accessId) => {
    const row = rows.get(accessId);
    if (row === undefined) return [];
    const changed = overtakenRow(row, placed);
    const isSame =
      changed.overtaken_by.join() === row.overtaken_by.join() && changed.flags.length === row.flags.length;
    return isSame ? [] : [changed];
  });
}

/** An online entry's row, with what was reported later in it. */
export function overtakenRow(row: OperationRow, { overtaken }: CardState["placed"]): OperationRow {
  const by = overtaken.get(row.access_id) ?? [];
  const own = row.flags.filter((flag) => flag !== "OVERTAKEN");
  return { ...row, overtaken_by: by, flags: by.length === 0 ? own : [...own, "OVERTAKEN"] };
}

function countsOf(rows: Rows<OperationRow>, before: ReadonlyMap<string, OperationRow | undefined>): Counts {
  const counts = new Counts();
  for (const [accessId, was] of before) {
    if (was !== undefined) counts.add(was, -1);
    const is = rows.get(accessId);
    if (is !== undefined) counts.add(is, 1);
  }
  return counts;
}

/** An attempt's row as its events make it; null where none of them decides it. */
export function operationOf(events: readonly ReadEvent[], accessId: string): OperationRow | null {
  const changes = events.flatMap(changeOf).filter(({ event }) => event.data.accessId === accessId);
  return changes.reduce<OperationRow | undefined>(evolve, undefined) ?? null;
}

/** Which attempt an event is about; null for one that is about none. */
export function accessIdOf(read: ReadEvent): string | null {
  if (
    read.kind === "card" &&
    (read.event.type === "OfflineEntryReported" || read.event.type === "OfflineEntryReviewed")
  )
    return read.event.data.accessId;
  return changeOf(read)[0]?.event.data.accessId ?? null;
}

type EntryEvent =
  | Extract<CardEvent, { type: `Entry${string}` | "PaymentRecorded" | ChargeEvent["type"] }>
  | AttemptRefused;

interface Change {
  readonly stream: string;
  readonly id: string;
  readonly revision: number;
  readonly event: EntryEvent;
}

function changeOf(read: ReadEvent): readonly Change[] {
  const { stream, id, revision } = read;
  if (read.kind === "terminal") {
    return read.event.type === "AttemptRefused" ? [{ stream, id, revision, event: read.event }] : [];
  }
  if (read.kind !== "card") return [];
  switch (read.event.type) {
    case "EntryGranted":
    case "EntryRejected":
    case "EntryConfirmed":
    case "EntryCancelled":
    case "EntryLapsed":
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
      return [{ stream, id, revision, event: read.event }];
    case "AttemptAbandoned":
    case "CardFrozen":
    case "CardUnfrozen":
    case "CardEnrolled":
    case "CardUnenrolled":
    case "EnrolmentVerified":
    case "CardHashShown":
    case "VisitsAdjusted":
    case "AdjustmentProposed":
    case "AdjustmentDeclined":
    case "AdjustmentWithdrawn":
    case "OpeningBalanceTaken":
    case "CardJoined":
    case "CardAbsorbed":
    case "CardReplaced":
    case "CardInherited":
    // What these come to follows from the card as a whole.
    case "OfflineEntryReported":
    case "OfflineEntryReviewed":
      return [];
  }
}

function evolve(row: OperationRow | undefined, { stream, id, revision, event }: Change): OperationRow {
  const at = new Date(event.data.at);
  if (isDecided(event)) return decided(event, { at, stream, id, revision });
  if (event.type === "AttemptRefused") {
    const { accessId, requestId, cardId, code, entryMode } = event.data;
    return {
      access_id: accessId,
      ...BLANK,
      stream,
      decided_revision: revision,
      revision,
      request_id: requestId,
      card_id: cardId,
      terminal: id,
      status: "REJECTED",
      code,
      at,
      last_change_at: at,
      entry_mode: entryMode,
    };
  }
  if (row === undefined) throw new Error(`${event.type} of ${event.data.accessId}, which was never granted`);
  const next = { ...row, revision, last_change_at: at };
  switch (event.type) {
    case "EntryConfirmed": {
      const { allocation, charged, paymentStatus, flags } = event.data;
      return {
        ...next,
        ...heads(allocation),
        status: "COMPLETED",
        confirmed_at: new Date(confirmedAt(event, row.at.getTime())),
        charged_amount: charged?.amount ?? null,
        charged_currency: charged?.currency ?? null,
        payment_status: paymentStatus,
        // What it was overtaken by is found once it is confirmed.
        flags,
      };
    }
    case "EntryCancelled":
      return { ...next, status: "CANCELLED", cancel_reason: event.data.reason };
    case "EntryLapsed":
      return { ...next, status: "EXPIRED" };
    case "EntryReversed": {
      const { by, reason, refund, paymentStatus } = event.data;
      const reversal = { at: event.data.at, by, reason, refund };
      return { ...next, status: "REVERSED", payment_status: paymentStatus, reversal };
    }
    case "EntryCorrected": {
      const { by, reason, refund, removed, allocation, paymentStatus = row.payment_status } = event.data;
      const correction = { at: event.data.at, by, reason, refund, removed };
      const corrections = [...row.corrections, correction];
      return { ...next, ...heads(allocation), corrections, payment_status: paymentStatus };
    }
    case "PaymentRecorded":
      return { ...next, ...withRefund(row, event.data.refund), payment_status: event.data.paymentStatus };
    case "ChargeUnknown":
    case "ChargeSettled":
    case "RefundSettled":
    case "PaymentResolved":
      return { ...next, payment_status: event.data.paymentStatus };
    case "ChargeRequested":
    case "RefundUnknown":
    case "PaymentGivenUp":
      return next;
    case "RefundRequested":
      // With a reversal or correction it stands in that already.
      return { ...next, ...withRefund(row, event.data.amount) };
  }
}

/** What goes back of a payment that was told late is the refund of the reversal or correction that came before it. */
function withRefund(
  { reversal, corrections }: OperationRow,
  refund: Extract<CardEvent, { type: "PaymentRecorded" }>["data"]["refund"],
): Pick<OperationRow, "reversal" | "corrections"> {
  if (refund === null) return { reversal, corrections };
  if (reversal !== null) return { reversal: { ...reversal, refund }, corrections };
  return {
    reversal,
    corrections: corrections.map((one, i) => (i === corrections.length - 1 ? { ...one, refund } : one)),
  };
}

type Decided = Extract<CardEvent, { type: "EntryGranted" | "EntryRejected" }>;

function isDecided(event: EntryEvent): event is Decided {
  return event.type === "EntryGranted" || event.type === "EntryRejected";
}

function decided(
  event: Decided,
  { at, stream, id, revision }: Pick<Change, "stream" | "id" | "revision"> & { readonly at: Date },
): OperationRow {
  const { data, type } = event;
  const isGranted = type === "EntryGranted";
  return {
    access_id: data.accessId,
    stream,
    decided_revision: revision,
    revision,
    request_id: data.requestId,
    card_id: id,
    terminal: data.terminal,
    ...settingOf(data),
    status: isGranted ? ("PENDING" as const) : ("REJECTED" as const),
    code: isGranted ? null : event.data.code,
    at,
    expires_at: isGranted ? new Date(event.data.expiresAt) : null,
    last_change_at: at,
    entry_mode: data.entryMode,
    cost: isGranted ? event.data.cost : null,
    card_auth_response_code: data.evidence.verification?.responseCode ?? null,
    trust: data.trust,
    ...UNTOUCHED,
  };
}
