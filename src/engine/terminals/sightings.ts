import { LRUCache } from "lru-cache";
import { type Kysely, sql } from "kysely";
import type { Database } from "../../database/schema.ts";
import type { TerminalLife } from "../../domain/terminal/life.ts";

/** One that asks all the time is written down so often. Milliseconds. */
const SPACING_MS = 15_000;
const REMEMBERED = 20_000;

interface Sighting {
  readonly device: number;
  /** Real time in milliseconds. */
  readonly at: number;
}

/**
 * When terminals were heard of: noted with each request that a terminal has proven itself by, written some seconds later, all
 * at once. People look at it; nothing is decided by it, and what an instance had not written when it died is lost.
 */
export class Sightings {
  readonly #written = new LRUCache<string, number>({ max: REMEMBERED });
  #noted = new Map<string, Sighting>();

  note({ serialNumber, device }: Pick<TerminalLife, "serialNumber" | "device">, at: number): void {
    if (at - (this.#written.get(serialNumber) ?? Number.NEGATIVE_INFINITY) < SPACING_MS) return;
    this.#noted.set(serialNumber, { device, at });
  }

  async write(db: Kysely<Database>): Promise<void> {
    if (this.#noted.size === 0) return;
    const noted = this.#noted;
    this.#noted = new Map();
    // In one order, so that two instances don't wait for each other.
    const rows = [...noted]
      .map(([serial_number, { device, at }]) => ({ serial_number, device, seen_at: new Date(at) }))
      .toSorted((a, b) => (a.serial_number < b.serial_number ? -1 : 1));
    await db
      .insertInto("terminal_sightings")
      .columns(["serial_number", "device", "seen_at"])
      .expression(
        sql`select * from unnest(${rows.map((row) => row.serial_number)}::text[], ${rows.map((row) => row.device)}::int[],
          ${rows.map((row) => row.seen_at.toISOString())}::timestamptz[])`,
      )
      .onConflict((conflict) =>
        conflict
          .column("serial_number")
          .doUpdateSet((eb) => ({
            device: eb.ref("excluded.device"),
            seen_at: eb.ref("excluded.seen_at"),
          }))
          .whereRef("terminal_sightings.seen_at", "<", "excluded.seen_at"),
      )
      .execute();
    for (const [serialNumber, { at }] of noted) this.#written.set(serialNumber, at);
  }
}

/** When this device asked for something last, or was seen at the other end of its connection. Null for never. */
export async function lastSeenOf(
  db: Kysely<Database>,
  { serialNumber, device }: Pick<TerminalLife, "serialNumber" | "device">,
): Promise<Date | null> {
  const row = await db
    .selectFrom("terminal_sightings as s")
    .leftJoin("device_connections as d", "d.serial_number", "s.serial_number")
    .select(
      sql<Date>`greatest(s.seen_at, d.closed_at, case when d.closed_at is null then d.seen_at end)`.as("at"),
    )
    .where("s.serial_number", "=", serialNumber)
    .where("s.device", "=", device)
    .executeTakeFirst();
  return row?.at ?? null;
}
