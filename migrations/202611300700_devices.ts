import { type Kysely, sql } from "kysely";

/** Devices that hold a connection, what waits for them, and the list of what they were asked to do. */
const STATEMENTS: readonly string[] = [
  // Advisory, by the database's clock. The newest connection of a device is the one that is written here.
  `create table device_connections (
     serial_number text collate "C" primary key,
     connection_id text not null,
     instance text not null,
     opened_at timestamptz not null default clock_timestamp(),
     seen_at timestamptz not null default clock_timestamp(),
     closed_at timestamptz,
     close_code int
   )`,
  `create index device_connections_of_instance on device_connections (instance) where closed_at is null`,

  // Written before the command is: it only points, and the command's stream says what has become of it.
  `create table open_commands (
     command_id text collate "C" primary key,
     serial_number text collate "C" not null,
     action text not null,
     queued_at timestamptz not null,
     expires_at timestamptz not null
   )`,
  `create index open_commands_of_device on open_commands (serial_number, queued_at)`,
  `create index open_commands_by_end on open_commands (expires_at)`,

  `create table device_commands (
     command_id text collate "C" primary key,
     serial_number text collate "C" not null,
     action text not null,
     status text not null,
     failure_code text,
     late text,
     amount text,
     currency text,
     by_id text not null,
     by_role text not null,
     queued_at timestamptz not null,
     expires_at timestamptz not null,
     changed_at timestamptz not null
   )`,
  `create index device_commands_of_device on device_commands (serial_number, queued_at desc, command_id desc)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
