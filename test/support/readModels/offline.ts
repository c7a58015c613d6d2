import { card } from "../../../src/domain/card/card.ts";
import type { CardEvent } from "../../../src/domain/card/events.ts";
import type { OfflineEntry } from "../../../src/domain/card/offline/entry.ts";
import { limitsOf } from "../../../src/domain/card/offline/rules.ts";
import type { CardState } from "../../../src/domain/card/state.ts";
import { windowBounds } from "../../../src/domain/window.ts";
import { every, last, type Read, type ReadLog } from "./log.ts";
import type { Row } from "./row.ts";

/**
 * Rows of entries that terminals let in by themselves. What a card's reports come to is its decider's fold, over the whole
 * stream; all else is told from the events themselves.
 */

export const NOT_OFFLINE = {
  offline: null,
  report_id: null,
  card_flags: [],
  reviewed_flags: [],
  review: null,
  waits: false,
  overtaken_by: [],
  cap_max: null,
  budget_max: null,
  budget_from: null,
  budget_to: null,
} as const;

const DAY_MS = 86_400_000;

type Events = readonly Read<CardEvent>[];

/** What the reports of a card come to; nothing where there are none. */
export function placedOf(events: Events): readonly OfflineEntry[] {
  return last(events, "OfflineEntryReported") === undefined
    ? []
    : [...foldOf(events).placed.entries.values()];
}

function foldOf(events: Events): CardState {
  return events.reduce<CardState>((state, { event }) => card.evolve(state, event), card.initial);
}

/** Online entries, with what was reported later in them. */
export function overtakenColumns({ cards }: ReadLog, rows: readonly Row[]): readonly Row[] {
  const overtaken = new Map<string, readonly string[]>();
  for (const events of cards.values()) {
    if (last(events, "OfflineEntryReported") === undefined) continue;
    for (const [accessId, by] of foldOf(events).placed.overtaken) overtaken.set(accessId, by);
  }
  return rows.map((row) => {
    const by = overtaken.get(String(row["access_id"])) ?? [];
    if (by.length === 0) return row;
    const own = Array.isArray(row["flags"]) ? row["flags"].map(String) : [];
    return { ...row, overtaken_by: by, flags: [...own, "OVERTAKEN"] };
  });
}

/** @param online the rows of all that was decided online: a budget is shared with them */
export function offlineOperations({ cards }: ReadLog, online: readonly Row[]): readonly Row[] {
  const told = [...cards].flatMap(([cardId, events]) => {
    if (last(events, "OfflineEntryReported") === undefined) return [];
    const state = foldOf(events);
    return [...state.placed.entries.values()].map((entry) => toldOf(cardId, events, state, entry));
  });
  const budgeted = [
    ...told.flatMap(({ entry }) =>
      entry.status === "COMPLETED"
        ? [{ rulesetId: entry.report.data.ruleset?.id, at: entry.at, accessId: entry.accessId }]
        : [],
    ),
    ...online.flatMap((row) =>
      row["status"] === "COMPLETED" && row["at"] instanceof Date
        ? [
            {
              rulesetId: String(row["ruleset_id"]),
              at: row["at"].getTime(),
              accessId: String(row["access_id"]),
            },
          ]
        : [],
    ),
  ];
  return told.map((one) => {
    const cardFlags: readonly string[] = one.entry.flags;
    const capped = isOverCap(one, told) && !cardFlags.includes("CAP_EXCEEDED") ? ["CAP_EXCEEDED"] : [];
    const flags = [...cardFlags, ...capped, ...(isOverBudget(one, budgeted) ? ["BUDGET_EXCEEDED"] : [])];
    const seen = one.entry.change?.review?.flags ?? [];
    return { ...one.row, flags, waits: flags.some((flag) => !seen.includes(flag)) };
  });
}

interface Told {
  readonly row: Row;
  readonly entry: OfflineEntry;
}

/** Before it, the terminal had let in as many by the same ruleset as it may within 24 hours. */
function isOverCap({ entry }: Told, all: readonly Told[]): boolean {
  const { data } = entry.report;
  const most = data.rules?.offline?.perTerminalAndDay ?? null;
  if (most === null || data.outcome === "REFUSED") return false;
  const before = all.filter(({ entry: other }) => {
    const { data: theirs } = other.report;
    const isSameCap = theirs.terminal === data.terminal && theirs.ruleset?.id === data.ruleset?.id;
    return (
      isSameCap &&
      theirs.outcome === "ADMITTED" &&
      other.at > entry.at - DAY_MS &&
      isBefore([other.at, theirs.reportId, other.accessId], [entry.at, data.reportId, entry.accessId])
    );
  });
  return before.length >= most;
}

function isOverBudget(
  { entry: { report, status, at, accessId } }: Told,
  all: readonly { readonly rulesetId: string | undefined; readonly at: number; readonly accessId: string }[],
): boolean {
  const { rules, ruleset } = report.data;
  if (rules === null || rules.totalUsage === null || status !== "COMPLETED") return false;
  const { from, to } = windowBounds(rules.totalUsage.window, at, limitsOf(rules).validity);
  const upToIt = all.filter(
    (other) =>
      other.rulesetId === ruleset?.id &&
      other.at >= from &&
      other.at < to &&
      !isBefore([at, accessId], [other.at, other.accessId]),
  );
  return upToIt.length > rules.totalUsage.max;
}

function isBefore(a: readonly (string | number)[], b: readonly (string | number)[]): boolean {
  for (const [place, ours] of a.entries()) {
    const theirs = b[place];
    if (theirs === undefined || ours === theirs) continue;
    return ours < theirs;
  }
  return false;
}

function toldOf(cardId: string, events: Events, { placed }: CardState, entry: OfflineEntry): Told {
  const { accessId, report, at, allocation, change } = entry;
  const { data } = report;
  const own = events.filter(({ event }) => "accessId" in event.data && event.data.accessId === accessId);
  const copies = every(own, "OfflineEntryReported").map(({ event }) => event.data);
  const admitted = data.outcome === "ADMITTED";
  const { location, issuer, ruleset, rules } = data;
  const budget = admitted ? (rules?.totalUsage ?? null) : null;
  const bounds =
    budget === null || rules === null ? null : windowBounds(budget.window, at, limitsOf(rules).validity);
  const row = {
    access_id: accessId,
    stream: `card-${cardId}`,
    decided_revision: report.revision,
    revision: own.at(-1)?.revision ?? null,
    request_id: null,
    card_id: cardId,
    terminal: data.terminal,
    merchant_id: location === null ? null : location.merchantId,
    location_id: location === null ? null : location.id,
    location_name: location === null ? null : location.name,
    country: location === null ? null : location.country,
    service: location === null ? null : location.service,
    type: data.mode === "WHITELIST" ? "OFFLINE_WHITELIST" : "OFFLINE_BIN_RANGE",
    status: entry.status,
    code: null,
    at: new Date(at),
    expires_at: null,
    confirmed_at: admitted ? new Date(at) : null,
    last_change_at: new Date(Math.max(...own.map(({ event }) => Date.parse(event.data.at)))),
    entry_mode: data.entryMode,
    ica: issuer === null ? null : issuer.ica,
    ica_name: issuer === null ? null : issuer.issuerName,
    product_code: issuer === null ? null : issuer.productCode,
    issuer_country: issuer === null ? null : issuer.country,
    ruleset_id: ruleset === null ? null : ruleset.id,
    ruleset_name: ruleset === null ? null : ruleset.name,
    ruleset_version: ruleset === null ? null : ruleset.version,
    cost: allocation?.cardholder ?? null,
    adults_free: allocation?.adults.free ?? 0,
    adults_paid: allocation?.adults.paid ?? 0,
    children_free: allocation?.children.free ?? 0,
    children_paid: allocation?.children.paid ?? 0,
    free_children: allocation?.freeChildren ?? 0,
    charged_amount: entry.charged?.amount ?? null,
    charged_currency: entry.charged?.currency ?? null,
    payment_status: entry.paymentStatus,
    card_auth_response_code: null,
    cancel_reason: null,
    trust: data.trust,
    reversal: change?.reversal ?? null,
    corrections: change?.corrections ?? [],
    card_flags: entry.flags,
    reviewed_flags: change?.review?.flags ?? [],
    review: change?.review?.decision ?? null,
    overtaken_by: [],
    report_id: data.reportId,
    offline: {
      number: data.number,
      mode: data.mode,
      occurredAt: data.occurredAt,
      uncertaintySeconds: data.uncertaintySeconds,
      listVersion: data.listVersion,
      refusal: data.refusal,
      grant: data.grant,
      circumstances: data.circumstances,
      reportedAt: data.at,
      terminals: [...new Set(copies.map(({ terminal }) => terminal))].sort(),
      overtakes: [...placed.overtaken].flatMap(([online, by]) => (by.includes(accessId) ? [online] : [])),
      review: change?.review ?? null,
    },
    cap_max: admitted ? (rules?.offline?.perTerminalAndDay ?? null) : null,
    budget_max: budget?.max ?? null,
    budget_from: instantOrNull(bounds?.from),
    budget_to: instantOrNull(bounds?.to),
  };
  return { row, entry };
}

function instantOrNull(at: number | undefined): Date | null {
  return at === undefined || !Number.isFinite(at) ? null : new Date(at);
}
