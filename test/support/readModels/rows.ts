import type pg from "pg";
import { type EventLog, type RecordedEvent, START } from "../../../src/eventlog/log.ts";
import { adjustmentRows, cardAdjustmentRows } from "./adjustments.ts";
import { cardRows, joinedRows, usageRows, visitRows } from "./cards.ts";
import { certificateRows } from "./certificates.ts";
import { commandRows } from "./commands.ts";
import { holdRows } from "./holds.ts";
import { readLog } from "./log.ts";
import { operationCountRows } from "./operationCounts.ts";
import { operationRows } from "./operations.ts";
import { paymentRows } from "./payments.ts";
import { recordRows } from "./records.ts";
import type { Row } from "./row.ts";

/** By the table's name. */
export type Tables = ReadonlyMap<string, readonly Row[]>;

const TABLES = {
  operations: { key: ["access_id"], rowsOf: operationRows },
  operation_counts: {
    key: [
      ...["slot", "location_id", "merchant_id", "service", "ica", "ruleset_id"],
      ...["status", "code", "cost", "currency", "payment_status", "type"],
    ],
    rowsOf: operationCountRows,
  },
  operation_joined_cards: { key: ["card_id"], rowsOf: joinedRows },
  cards: { key: ["card_id"], rowsOf: cardRows },
  card_visits: { key: ["access_id"], rowsOf: visitRows },
  card_adjustments: { key: ["card_id", "revision"], rowsOf: cardAdjustmentRows },
  adjustments: { key: ["adjustment_id"], rowsOf: adjustmentRows },
  ruleset_usage: { key: ["ruleset_id"], rowsOf: usageRows },
  records: { key: ["kind", "id"], rowsOf: recordRows },
  quota_holds: { key: ["ruleset_id", "access_id"], rowsOf: holdRows },
  certificates: { key: ["serial_number"], rowsOf: certificateRows },
  device_commands: { key: ["command_id"], rowsOf: commandRows },
  payments: { key: ["access_id"], rowsOf: paymentRows },
} as const;

/**
 * What the read models have to say by a log, told by a reader that shares nothing with the code that keeps them: it knows
 * the domain's events, and looks at a whole stream at once, for the last event that says something of a column.
 */
export function expectedTables(events: readonly RecordedEvent[]): Tables {
  const log = readLog(events);
  return new Map(Object.entries(TABLES).map(([name, { rowsOf }]) => [name, rowsOf(log)]));
}

export async function storedTables(client: pg.ClientBase | pg.Pool): Promise<Tables> {
  const tables = new Map<string, readonly Row[]>();
  for (const name of Object.keys(TABLES)) {
    tables.set(name, (await client.query<Record<string, unknown>>(`select * from ${name}`)).rows);
  }
  return tables;
}

export async function wholeLog(log: Pick<EventLog, "readAll">): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const batch of log.readAll({ after: START })) events.push(...batch);
  return events;
}

/** Every row that is there and should not be, that is missing, or has a column of another name or value. */
export function differences(expected: Tables, stored: Tables): readonly string[] {
  return Object.entries(TABLES).flatMap(([table, { key }]) => {
    const keyOf = (row: Row): string => key.map((column) => String(row[column])).join(" ");
    const wanted = new Map((expected.get(table) ?? []).map((row) => [keyOf(row), row]));
    const found = new Map((stored.get(table) ?? []).map((row) => [keyOf(row), row]));
    const twice = (expected.get(table)?.length ?? 0) - wanted.size;
    return [
      ...(twice === 0 ? [] : [`${table}: ${String(twice)} rows are expected twice`]),
      ...[...new Set([...wanted.keys(), ...found.keys()])].flatMap((at) =>
        differingColumns(wanted.get(at), found.get(at)).map((what) => `${table} ${at}: ${what}`),
      ),
    ];
  });
}

function differingColumns(wanted: Row | undefined, found: Row | undefined): readonly string[] {
  if (found === undefined) return ["the row is missing"];
  if (wanted === undefined) return ["the row should not be there"];
  return [...new Set([...Object.keys(wanted), ...Object.keys(found)])].flatMap((column) => {
    const [ours, theirs] = [shown(wanted[column]), shown(found[column])];
    return ours === theirs ? [] : [`${column} is ${theirs}, and has to be ${ours}`];
  });
}

/** The same text for the same value; a column that is not there is told from null. */
export function shown(value: unknown): string {
  if (value === undefined) return "no column";
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
