import { sql } from "kysely";
import { CONNECTION_LOST_AFTER } from "../../domain/policies.ts";
import { SECOND } from "../../domain/time.ts";
import type { Services } from "../services.ts";

/**
 * Which device holds a connection, and where: advisory, by the database's clock. What is decided by it is only whether it
 * is worth asking a device at all.
 */

/** How often an instance says that its connections are there. Milliseconds. */
export const SEEN_EVERY_MS = 15_000;

export interface DeviceConnection {
  readonly isOpen: boolean;
  /** When it was opened, or closed. */
  readonly since: Date;
  readonly lastSeenAt: Date;
  readonly instance: string;
  /** Why it was closed; null while it is open, and where nobody said so. */
  readonly closeCode: number | null;
}

type Db = Pick<Services, "db">;

/** From now on this is the device's connection, and any before it is none. */
export async function connectionOpened(
  { db }: Db,
  row: { readonly serial_number: string; readonly connection_id: string; readonly instance: string },
): Promise<void> {
  await db
    .insertInto("device_connections")
    .values({ ...row, closed_at: null, close_code: null })
    .onConflict((conflict) =>
      conflict.column("serial_number").doUpdateSet({
        connection_id: row.connection_id,
        instance: row.instance,
        opened_at: sql<Date>`clock_timestamp()`,
        seen_at: sql<Date>`clock_timestamp()`,
        closed_at: null,
        close_code: null,
      }),
    )
    .execute();
}

export async function connectionClosed({ db }: Db, connectionId: string, code: number): Promise<void> {
  await db
    .updateTable("device_connections")
    .set({ closed_at: sql<Date>`clock_timestamp()`, close_code: code })
    .where("connection_id", "=", connectionId)
    .where("closed_at", "is", null)
    .execute();
}

/** Says that these are there; answers those that are still their device's. */
export async function connectionsSeen(
  { db }: Db,
  instance: string,
  connectionIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db
    .updateTable("device_connections")
    .set({ seen_at: sql<Date>`clock_timestamp()` })
    .where("instance", "=", instance)
    .where("closed_at", "is", null)
    .where(sql<boolean>`connection_id = any(${[...connectionIds]}::text[])`)
    .returning("connection_id")
    .execute();
  return new Set(rows.map((row) => row.connection_id));
}

/** Null for a device that never had one. */
export async function connectionOf({ db }: Db, serialNumber: string): Promise<DeviceConnection | null> {
  const lost = sql<Date>`clock_timestamp() - make_interval(secs => ${CONNECTION_LOST_AFTER / SECOND}::int)`;
  const row = await db
    .selectFrom("device_connections")
    .select((eb) => [
      ...(["connection_id", "instance", "opened_at", "seen_at", "closed_at", "close_code"] as const),
      eb.and([eb("closed_at", "is", null), eb("seen_at", ">", lost)]).as("is_open"),
    ])
    .where("serial_number", "=", serialNumber)
    .executeTakeFirst();
  if (row === undefined) return null;
  const isOpen = row.is_open === true;
  return {
    isOpen,
    since: isOpen ? row.opened_at : (row.closed_at ?? row.seen_at),
    lastSeenAt: row.closed_at ?? row.seen_at,
    instance: row.instance,
    closeCode: row.close_code,
  };
}

export async function isConnected(db: Db, serialNumber: string): Promise<boolean> {
  return (await connectionOf(db, serialNumber))?.isOpen === true;
}

/** Whether a connection is its device's newest one. */
export async function isNewest({ db }: Db, serialNumber: string, connectionId: string): Promise<boolean> {
  const row = await db
    .selectFrom("device_connections")
    .select("connection_id")
    .where("serial_number", "=", serialNumber)
    .executeTakeFirst();
  return row === undefined || row.connection_id === connectionId;
}
