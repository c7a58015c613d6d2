import { type AppendResult, type ExpectedRevision, LogUnavailableError } from "../log.ts";
import { int4Array, int8Array, textArray, uuidArray } from "../../database/binaryArray.ts";
import type { Ask } from "../../database/lanes.ts";
import { NEW_CLUSTER, sqlState } from "../../database/sqlState.ts";
import type { Statement, TextRow, Value } from "../../database/statement.ts";
import type { PendingAppend } from "./groupCommit.ts";
import { toPosition } from "./position.ts";

const NO_STREAM = -1;
const ANY = -2;

type JudgedAppend = Omit<PendingAppend, "bytes">;

// The usual case, in one plain statement: one event at the revision where its stream is. What is not exactly so (and
// what another instance appends to at this moment) is left out, for `append_events` to judge.
//   - The event before it is visible in this statement's snapshot, so its transaction had ended before ours got its
//     id: ids grow along the stream. Nobody else can have stored the same revision: the primary key says so.
//   - The lock keeps the stream from changing between another's look at its head and its insert. It is only tried:
//     waiting with a snapshot in hand would be waiting for nothing.
//   - A restored log is on a new cluster until `append_events` has started its epoch.
//   - It answers `epoch-xid-position`: a column costs more than taking it apart, and `concat_ws` more than these operators.
function store(appends: string, isNext: string, returned = ""): string {
  return `insert into events (stream, revision, id, type, body, hash, epoch)
    select a.stream, a.revision, a.id, a.type, a.body, a.hash, n.epoch
      from (select epoch, system_identifier from log_epoch order by epoch desc limit 1) n,
           ${appends}
     where n.system_identifier = current_setting('admittance.system_identifier')::bigint
       and ${isNext}
       and pg_try_advisory_xact_lock(hashtextextended(a.stream, 20261121))
    on conflict do nothing
    returning epoch::text || '-' || xid::text || '-' || position::text${returned}`;
}

const COLUMNS = "a(stream, revision, id, type, body, hash)";
const ONE = `(values ($1::text, $2::bigint, $3::uuid, $4::text, $5::text, $6::text)) as ${COLUMNS}`;
const MANY = `unnest($1::text[], $2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::text[]) as ${COLUMNS}`;
const IS_FIRST = "a.revision = 0";
const IS_NEXT = "before.is_there";
// Row by row, by the primary key: as a mere condition it is tempting to look through all events for once.
const BEFORE = `
      left join lateral (
        select true as is_there from events e where e.stream = a.stream and e.revision = a.revision - 1 limit 1
      ) before on true`;

const STORE_FIRST: Statement = { name: "store_first", text: store(ONE, IS_FIRST) };
const STORE_NEXT: Statement = { name: "store_next", text: store(ONE + BEFORE, IS_NEXT) };
const STORE_MANY: Statement = {
  name: "store_many",
  text: store(MANY + BEFORE, `(${IS_FIRST} or ${IS_NEXT})`, ", stream"),
};

const JUDGE: Statement = {
  name: "append_events",
  text: `select outcome, revision, epoch, xid, position
  from append_events($1::text[], $2::int[], $3::bigint[], $4::int[],
                     $5::int[], $6::int[], $7::uuid[], $8::text[], $9::text[], $10::text[])`,
};
const START_EPOCH: Statement = { name: "start_log_epoch", text: "select start_log_epoch()" };

/**
 * Stores a group of appends: what stands at its revision with one statement, the rest with a second one. Answers
 * through `results`, by the append's place in the group, so that a failure of the second leaves the first's standing.
 */
export async function sendGroup(
  ask: Ask,
  group: readonly PendingAppend[],
  results: (AppendResult | undefined)[],
): Promise<void> {
  const [only, second] = group;
  if (only !== undefined && second === undefined) results[0] = await storeOne(ask, only);
  else await storeMany(ask, group, results);
  const rest = [...group.entries()].filter(([index]) => results[index] === undefined);
  if (rest.length === 0) return;
  const judged = await judge(
    ask,
    rest.map(([, append]) => append),
  );
  for (const [at, [index]] of rest.entries()) results[index] = judged[at];
}

async function storeOne(
  ask: Ask,
  { stream, events, expected }: PendingAppend,
): Promise<AppendResult | undefined> {
  const [event] = events;
  if (event === undefined || events.length > 1 || expected === "any") return undefined;
  const revision = expectedNumber(expected) + 1;
  const values = [stream, revision, event.id, event.type, event.body, event.hash];
  const [row] = await ask(revision === 0 ? STORE_FIRST : STORE_NEXT, values);
  return row === undefined ? undefined : storedAt(revision, row);
}

async function storeMany(
  ask: Ask,
  group: readonly PendingAppend[],
  results: (AppendResult | undefined)[],
): Promise<void> {
  const streams: string[] = [];
  const revisions: number[] = [];
  const ids: string[] = [];
  const types: string[] = [];
  const bodies: string[] = [];
  const hashes: string[] = [];
  const places = new Map<string, { readonly index: number; readonly revision: number }>();
  const once = streamsOnce(group);
  for (const [index, { stream, events, expected }] of group.entries()) {
    const [event] = events;
    if (event === undefined || events.length > 1 || expected === "any" || !once.has(stream)) continue;
    const revision = expectedNumber(expected) + 1;
    places.set(stream, { index, revision });
    streams.push(stream);
    revisions.push(revision);
    ids.push(event.id);
    types.push(event.type);
    bodies.push(event.body);
    hashes.push(event.hash);
  }
  if (streams.length === 0) return;
  const values = [
    textArray(streams),
    int8Array(revisions),
    uuidArray(ids),
    textArray(types),
    textArray(bodies),
    textArray(hashes),
  ];
  for (const row of await ask(STORE_MANY, values)) {
    const stream = row[1] ?? "";
    const place = places.get(stream);
    if (place === undefined)
      throw new LogUnavailableError(`PostgreSQL stored to ${stream}, which it was not sent`);
    results[place.index] = storedAt(place.revision, row);
  }
}

function storedAt(revision: number, [place]: TextRow): AppendResult {
  const [epoch = "", xid = "", position = ""] = (place ?? "").split("-");
  return {
    outcome: "appended",
    firstRevision: revision,
    lastRevision: revision,
    position: toPosition(epoch, xid, position),
  };
}

/** Streams that one append of the group goes to; of several, each must see what the one before it did. */
function streamsOnce(group: readonly PendingAppend[]): ReadonlySet<string> {
  const once = new Set<string>();
  const more = new Set<string>();
  for (const { stream } of group) {
    if (once.has(stream)) more.add(stream);
    once.add(stream);
  }
  for (const stream of more) once.delete(stream);
  return once;
}

/** One transaction that judges each append by itself, in their order; locks every stream first. */
export async function judge(ask: Ask, group: readonly JudgedAppend[]): Promise<readonly AppendResult[]> {
  const values = columns(group);
  let rows: readonly TextRow[];
  try {
    rows = await ask(JUDGE, values);
  } catch (error) {
    if (sqlState(error) !== NEW_CLUSTER) throw error;
    await ask(START_EPOCH, []);
    rows = await ask(JUDGE, values);
  }
  return group.map((append, index) => toResult(append, rows[index]));
}

function toResult({ events }: JudgedAppend, row: TextRow | undefined): AppendResult {
  if (row === undefined)
    throw new LogUnavailableError("PostgreSQL answered for fewer appends than it was sent");
  const [outcome, revision, epoch, xid, position] = row;
  const firstRevision = Number(revision);
  if (outcome === "c") return { outcome: "conflict", actual: firstRevision };
  return {
    outcome: outcome === "r" ? "repeated" : "appended",
    firstRevision,
    lastRevision: firstRevision + events.length - 1,
    position: toPosition(epoch ?? "", xid ?? "", position ?? ""),
  };
}

function columns(group: readonly JudgedAppend[]): Value[] {
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
  return [
    textArray([...streams.keys()]),
    int4Array(atStream),
    int8Array(expected),
    int4Array(sizes),
    int4Array(ofAppend),
    int4Array(offsets),
    uuidArray(ids),
    textArray(types),
    textArray(bodies),
    textArray(hashes),
  ];
}

function expectedNumber(expected: ExpectedRevision): number {
  if (expected === "any") return ANY;
  return expected === "noStream" ? NO_STREAM : expected;
}
