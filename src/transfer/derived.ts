import type { Pool } from "pg";
import type { CommandEvent } from "../domain/command/events.ts";
import type { Batch, RecordedEvent } from "../eventlog/log.ts";
import { FeedEvent } from "../projections/events.ts";

type CommandQueued = Extract<CommandEvent, { type: "CommandQueued" }>;

/** Streams whose heads nobody asks for: they are decided on at their exact revision. There may be millions of them. */
const WITHOUT_HEAD = /^(card|quota|command)-/;
const TERMINAL = "terminal-";
const COMMAND = "command-";
const ENDS: ReadonlySet<string> = new Set([
  ...([
    "CommandSucceeded",
    "CommandFailed",
    "CommandCancelled",
    "CommandTimedOut",
  ] satisfies CommandEvent["type"][]),
]);

/** What the database keeps that is not a read model and follows from the log: taken from it, batch by batch. */
export class Derived {
  /** The last revisions of the streams whose heads are kept: terminals, rulesets, users and the like. */
  readonly revisions = new Map<string, number>();
  /** The terminal that a certificate was given to last by each name. */
  readonly posIds = new Map<string, string>();
  /** Commands that came to no end yet, by their ids. */
  readonly openCommands = new Map<string, CommandQueued["data"]>();

  see(batch: Batch): void {
    for (const event of batch) {
      const { stream, revision } = event;
      if (!WITHOUT_HEAD.test(stream)) this.revisions.set(stream, revision);
      if (stream.startsWith(TERMINAL)) this.#seeTerminal(event);
      else if (stream.startsWith(COMMAND)) this.#seeCommand(event);
    }
  }

  #seeTerminal(recorded: RecordedEvent): void {
    if (recorded.type !== "CertificateIssued") return;
    const { kind, event, id } = new FeedEvent(recorded).read("terminal");
    if (kind === "terminal" && event.type === "CertificateIssued") this.posIds.set(event.data.posId, id);
  }

  #seeCommand(recorded: RecordedEvent): void {
    if (ENDS.has(recorded.type)) this.openCommands.delete(recorded.stream.slice(COMMAND.length));
    if (recorded.type !== "CommandQueued") return;
    const { kind, event, id } = new FeedEvent(recorded).read("command");
    if (kind === "command" && event.type === "CommandQueued") this.openCommands.set(id, event.data);
  }
}

/** No head is lower than those that were seen, and what was seen of devices is there. */
export async function raiseTo(pool: Pool, derived: Derived): Promise<void> {
  const { revisions } = derived;
  await pool.query(
    `insert into stream_heads (stream, revision)
     select * from unnest($1::text[], $2::bigint[])
     on conflict (stream) do update set revision = excluded.revision, raised_at = clock_timestamp()
     where stream_heads.revision < excluded.revision`,
    [[...revisions.keys()], [...revisions.values()]],
  );
  await pointToDevices(pool, derived);
}

/** Names of POS are taken and commands wait as the log says. A row only points: what became of it its stream says. */
async function pointToDevices(pool: Pool, { posIds, openCommands }: Derived): Promise<void> {
  await pool.query(
    `insert into pos_ids (pos_id, serial_number)
     select * from unnest($1::text[], $2::text[])
     on conflict (pos_id) do update set serial_number = excluded.serial_number`,
    [[...posIds.keys()], [...posIds.values()]],
  );
  const open = [...openCommands.values()];
  await pool.query(
    `insert into open_commands (command_id, serial_number, action, queued_at, expires_at)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[])
     on conflict do nothing`,
    [
      open.map(({ commandId }) => commandId),
      open.map(({ serialNumber }) => serialNumber),
      open.map(({ action }) => action),
      open.map(({ at }) => at),
      open.map(({ expiresAt }) => expiresAt),
    ],
  );
}

/**
 * After the log was filled: the heads are those of the log, no snapshot knows of events that it lacks, and every read
 * model is built anew with the next start.
 */
export async function renewDerived(pool: Pool, derived: Derived): Promise<void> {
  const { revisions } = derived;
  await pointToDevices(pool, derived);
  await pool.query(
    `with kept as (
       insert into stream_heads (stream, revision)
       select * from unnest($1::text[], $2::bigint[])
       on conflict (stream) do update set revision = excluded.revision, raised_at = clock_timestamp()
     ), gone as (
       delete from stream_heads where stream <> all ($1::text[])
     ), cache as (
       delete from snapshots
     ), webhooks as (
       update webhook_feed set moved = true, leased_by = null where position is not null
     ), replays as (
       delete from webhook_replays
     ), waiting as (
       -- Positions of another log: these keep their order, before those of this one.
       update webhook_deliveries set position = ' ' || position where state = 'WAITING'
     ), disabled as (
       update webhook_endpoints set disabled_position = null
     ), seen as (
       update installation set log_seen = ''
     )
     update checkpoints set version = 0, position = ''`,
    [[...revisions.keys()], [...revisions.values()]],
  );
}
