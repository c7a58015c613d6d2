import type { Pool } from "pg";
import { type AppendResult, type ExpectedRevision, LogUnavailableError } from "../log.ts";
import { NEW_CLUSTER, sqlState } from "./errors.ts";
import type { PendingAppend } from "./groupCommit.ts";
import { toPosition } from "./position.ts";

const NO_STREAM = -1;
const ANY = -2;

type Row = [outcome: string, revision: string, epoch: string, xid: string, position: string];

const ONE = `select outcome::text, revision::text, epoch::text, xid, position::text
  from append_event($1::text, $2::bigint, $3::uuid, $4::text, $5::text, $6::text)`;

const GROUP = `select outcome::text, revision::text, epoch::text, xid, position::text
  from append_events($1::text[], $2::int[], $3::bigint[], $4::int[],
                     $5::int[], $6::int[], $7::uuid[], $8::text[], $9::text[], $10::text[])`;

/** Stores a group of appends in one transaction, and in one round trip unless it is one event that can't be appended. */
export async function sendGroup(
  pool: Pool,
  group: readonly PendingAppend[],
): Promise<readonly AppendResult[]> {
  const [only, second] = group;
  const [event, another] = only?.events ?? [];
  if (only !== undefined && second === undefined && event !== undefined && another === undefined) {
    const values = [only.stream, expectedNumber(only.expected), event.id, event.type, event.body, event.hash];
    const { rows } = await pool.query<Row>({ name: "append_event", text: ONE, values, rowMode: "array" });
    if (rows.length > 0) return [toResult(only, rows[0])];
  }
  const query = { name: "append_events", text: GROUP, values: columns(group), rowMode: "array" as const };
  let rows: Row[];
  try {
    ({ rows } = await pool.query<Row>(query));
  } catch (error) {
    if (sqlState(error) !== NEW_CLUSTER) throw error;
    await pool.query("select start_log_epoch()");
    ({ rows } = await pool.query<Row>(query));
  }
  return group.map((append, index) => toResult(append, rows[index]));
}

function toResult({ events }: PendingAppend, row: Row | undefined): AppendResult {
  if (row === undefined)
    throw new LogUnavailableError("PostgreSQL answered for fewer appends than it was sent");
  const [outcome, revision, epoch, xid, position] = row;
  if (outcome === "c") return { outcome: "conflict", actual: Number(revision) };
  const firstRevision = Number(revision);
  return {
    outcome: outcome === "r" ? "repeated" : "appended",
    firstRevision,
    lastRevision: firstRevision + events.length - 1,
    position: toPosition(epoch, xid, position),
  };
}

function columns(group: readonly PendingAppend[]): unknown[] {
  const streams = new Map<string, number>();
  const atStream: number[] = [];
  const expected: number[] = [];
  const sizes: number[] = [];
  const ofAppend: number[] = [];
  const offsets: number[] = [];
  const ids: string[] = [];
  const types: string[] = [];
  const bodies: string[] = [];
  const hashes: string[] = [];
  for (const [index, append] of group.entries()) {
    const at = streams.get(append.stream) ?? streams.size + 1;
    streams.set(append.stream, at);
    atStream.push(at);
    expected.push(expectedNumber(append.expected));
    sizes.push(append.events.length);
    for (const [offset, event] of append.events.entries()) {
      ofAppend.push(index + 1);
      offsets.push(offset);
      ids.push(event.id);
      types.push(event.type);
      bodies.push(event.body);
      hashes.push(event.hash);
    }
  }
  return [[...streams.keys()], atStream, expected, sizes, ofAppend, offsets, ids, types, bodies, hashes];
}

function expectedNumber(expected: ExpectedRevision): number {
  if (expected === "any") return ANY;
  return expected === "noStream" ? NO_STREAM : expected;
}
