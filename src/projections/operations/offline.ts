import type { ClientBase } from "pg";
import type { OfflineReportRow, OperationRow } from "../../database/readModels.ts";
import { cardStream } from "../../domain/card/events.ts";
import { type OfflineEntry, waitsForReview } from "../../domain/card/offline/entry.ts";
import type { OfflineMode } from "../../domain/card/offline/events.ts";
import type { KeptReport } from "../../domain/card/offline/history.ts";
import { limitsOf } from "../../domain/card/offline/rules.ts";
import type { CardState } from "../../domain/card/state.ts";
import { windowBounds } from "../../domain/window.ts";
import { BLANK, heads, settingOf } from "./blank.ts";

/** The row of an entry that a terminal let in by itself: what all reports of its card come to says how it is. */

export function offlineRows(cardId: string, state: CardState): readonly OperationRow[] {
  const overtakes = new Map<string, string[]>();
  for (const [online, offline] of state.placed.overtaken) {
    for (const accessId of offline) overtakes.set(accessId, [...(overtakes.get(accessId) ?? []), online]);
  }
  return [...state.placed.entries.values()].map((entry) =>
    rowOf(cardId, state, entry, overtakes.get(entry.accessId) ?? []),
  );
}

const TYPES = {
  BIN_RANGE: "OFFLINE_BIN_RANGE",
  WHITELIST: "OFFLINE_WHITELIST",
} as const satisfies Record<OfflineMode, OperationRow["type"]>;

function rowOf(
  cardId: string,
  state: CardState,
  entry: OfflineEntry,
  overtakes: readonly string[],
): OperationRow {
  const { accessId, report, change, status, flags, allocation } = entry;
  const { data } = report;
  const copies = state.offline.reports.get(accessId) ?? [report];
  const revision = Math.max(...copies.map((copy) => copy.revision), change?.revision ?? 0);
  const isAdmitted = status !== "REJECTED";
  return {
    ...BLANK,
    ...(allocation === null ? {} : { ...heads(allocation), cost: allocation.cardholder }),
    access_id: accessId,
    stream: cardStream(cardId),
    decided_revision: report.revision,
    revision,
    request_id: null,
    card_id: cardId,
    terminal: data.terminal,
    ...settingOf(data),
    type: TYPES[data.mode],
    status,
    at: new Date(entry.at),
    confirmed_at: isAdmitted ? new Date(entry.at) : null,
    last_change_at: new Date(
      lastChange(
        entry,
        copies.map((copy) => copy.data.at),
      ),
    ),
    entry_mode: data.entryMode,
    charged_amount: entry.charged?.amount ?? null,
    charged_currency: entry.charged?.currency ?? null,
    payment_status: entry.paymentStatus,
    trust: data.trust,
    reversal: change?.reversal ?? null,
    corrections: change?.corrections ?? [],
    flags,
    card_flags: flags,
    reviewed_flags: change?.review?.flags ?? [],
    review: change?.review?.decision ?? null,
    waits: waitsForReview(flags, change),
    report_id: data.reportId,
    offline: toldOf(entry, copies, overtakes),
    ...caps(entry),
  };
}

function toldOf(
  { report: { data }, change }: OfflineEntry,
  copies: readonly KeptReport[],
  overtakes: readonly string[],
): OfflineReportRow {
  return {
    number: data.number,
    mode: data.mode,
    occurredAt: data.occurredAt,
    uncertaintySeconds: data.uncertaintySeconds,
    listVersion: data.listVersion,
    refusal: data.refusal,
    grant: data.grant,
    circumstances: data.circumstances,
    reportedAt: data.at,
    terminals: [...new Set(copies.map((copy) => copy.data.terminal))].sort(),
    overtakes,
    review: change?.review ?? null,
  };
}

function lastChange({ change }: OfflineEntry, received: readonly string[]): string {
  const all = [
    ...received,
    ...(change?.corrections ?? []).map(({ at }) => at),
    ...(change?.reversal == null ? [] : [change.reversal.at]),
    ...(change?.review == null ? [] : [change.review.at]),
  ];
  return all.sort().at(-1) ?? "";
}

/** What other cards have a part in: how much this terminal may decide by itself, and what the programme may spend. */
function caps({ report, at, status }: OfflineEntry) {
  const { rules } = report.data;
  const none = { cap_max: null, budget_max: null, budget_from: null, budget_to: null };
  if (rules === null || status === "REJECTED") return none;
  const cap = rules.offline?.perTerminalAndDay ?? null;
  if (rules.totalUsage === null) return { ...none, cap_max: cap };
  const { max, window } = rules.totalUsage;
  const { from, to } = windowBounds(window, at, limitsOf(rules).validity);
  return { cap_max: cap, budget_max: max, budget_from: dateOrNull(from), budget_to: dateOrNull(to) };
}

function dateOrNull(at: number): Date | null {
  return Number.isFinite(at) ? new Date(at) : null;
}

/** Cards that are one account with another are remembered: what happens to one may change the entries of the other. */
export async function keepJoined(client: ClientBase, cardIds: ReadonlySet<string>): Promise<void> {
  await client.query(
    "insert into operation_joined_cards select unnest($1::text[]) on conflict (card_id) do nothing",
    [[...cardIds]],
  );
}

/** Which of these cards have such entries, or are one account with another. */
export async function withOfflineRows(
  client: ClientBase,
  cardIds: readonly string[],
): Promise<readonly string[]> {
  if (cardIds.length === 0) return [];
  const { rows } = await client.query<{ card_id: string }>(
    `select card_id from operations where card_id = any($1) and offline is not null
     union select card_id from operation_joined_cards where card_id = any($1)`,
    [cardIds],
  );
  return rows.map((row) => row.card_id);
}
