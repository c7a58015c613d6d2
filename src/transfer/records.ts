import type { Pool } from "pg";
import { isInvalidRow } from "../database/sqlState.ts";
import { oneLine, TransferError } from "./errors.ts";
import { RECORD_TABLES, type RecordLine, type RecordTable } from "./format.ts";

/** Rows that are read at once: those of a file are large. */
const PAGE: Readonly<Record<RecordTable, number>> = {
  account_ranges: 1_000,
  transactions: 1_000,
  rates: 1_000,
  terms_file_parts: 16,
  branding_files: 8,
  whitelist_uploads: 1_000,
  whitelist_entries: 1_000,
  opening_balance_imports: 1_000,
};

/** The column that numbers the rows; what is appended later has a higher one. */
const KEYS: Readonly<Record<RecordTable, string>> = {
  account_ranges: "id",
  transactions: "seq",
  rates: "seq",
  terms_file_parts: "seq",
  branding_files: "seq",
  whitelist_uploads: "seq",
  whitelist_entries: "seq",
  opening_balance_imports: "seq",
};

/** The append-only records beside the log, oldest first. */
export async function* readRecords(pool: Pool): AsyncGenerator<readonly RecordLine[], void, undefined> {
  for (const table of RECORD_TABLES) {
    const key = KEYS[table];
    let after = "0";
    for (;;) {
      const { rows } = await pool.query<{ key: string; row: string }>(
        `select t.${key}::text as key, row_to_json(t)::text as row from ${table} t
         where t.${key} > $1::bigint order by t.${key} limit ${PAGE[table]}`,
        [after],
      );
      const last = rows.at(-1);
      if (last === undefined) break;
      yield rows.map(({ row }) => ({ table, row }));
      after = last.key;
    }
  }
}

/**
 * Puts records back, under the numbers that they had. One that stands there already must be the same.
 * @throws TransferError for a row that the table doesn't take, or another one in its place
 */
export async function storeRecords(pool: Pool, records: readonly RecordLine[]): Promise<void> {
  for (const table of RECORD_TABLES) {
    const rows = records.flatMap((record) => (record.table === table ? [record.row] : []));
    if (rows.length > 0) await storeRows(pool, table, `[${rows.join(",")}]`);
  }
}

async function storeRows(pool: Pool, table: RecordTable, rows: string): Promise<void> {
  const key = KEYS[table];
  try {
    await pool.query(
      `insert into ${table} overriding system value
       select * from json_populate_recordset(null::${table}, $1::json) on conflict do nothing`,
      [rows],
    );
    const { rows: others } = await pool.query<{ key: string }>(
      `select n.${key}::text as key from json_populate_recordset(null::${table}, $1::json) n
       where not exists (select 1 from ${table} t where t.${key} = n.${key} and t is not distinct from n) limit 1`,
      [rows],
    );
    const other = others[0];
    if (other !== undefined)
      throw new TransferError(`${table} holds another row than the file with ${key} ${oneLine(other.key)}.`);
  } catch (error) {
    if (error instanceof Error && isInvalidRow(error)) {
      throw new TransferError(`A record of ${table} is not valid: ${oneLine(error.message)}`);
    }
    throw error;
  }
}

/** Later rows get later numbers, and every instance looks at the tables again. */
export async function afterRecords(pool: Pool): Promise<void> {
  for (const table of RECORD_TABLES) {
    const key = KEYS[table];
    await pool.query(
      `select setval(pg_get_serial_sequence('${table}', '${key}'), max(${key})) from ${table} having max(${key}) is not null`,
    );
  }
  await pool.query("update scope_revisions set revision = revision + 1");
}
