import { sql } from "kysely";
import type { CommandAction } from "../../domain/command/events.ts";
import type { Instant } from "../../domain/time.ts";
import type { Services } from "../services.ts";

/** Which commands wait. A row only points: it is there before its command is, and what became of that its stream says. */

export interface OpenCommand {
  readonly commandId: string;
  readonly action: CommandAction;
}

export async function noteOpen(
  { db }: Pick<Services, "db">,
  one: OpenCommand & {
    readonly serialNumber: string;
    readonly queuedAt: Instant;
    readonly expiresAt: Instant;
  },
): Promise<void> {
  await db
    .insertInto("open_commands")
    .values({
      command_id: one.commandId,
      serial_number: one.serialNumber,
      action: one.action,
      queued_at: new Date(one.queuedAt),
      expires_at: new Date(one.expiresAt),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function noteOver({ db }: Pick<Services, "db">, commandId: string): Promise<void> {
  await db.deleteFrom("open_commands").where("command_id", "=", commandId).execute();
}

/** Of one device, the oldest first. */
export async function openCommandsOf(
  { db }: Pick<Services, "db">,
  serialNumber: string,
  limit: number,
): Promise<readonly OpenCommand[]> {
  const rows = await db
    .selectFrom("open_commands")
    .select(["command_id", "action"])
    .where("serial_number", "=", serialNumber)
    .orderBy("queued_at")
    .orderBy("command_id")
    .limit(limit)
    .execute();
  return rows.map((row) => ({ commandId: row.command_id, action: row.action }));
}

/** Of these devices those for which something waits. */
export async function waitedFor(
  { db }: Pick<Services, "db">,
  serialNumbers: readonly string[],
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("open_commands")
    .select("serial_number")
    .distinct()
    .where(sql<boolean>`serial_number = any(${[...serialNumbers]}::text[])`)
    .execute();
  return rows.map((row) => row.serial_number);
}

/** Those whose time is over; the longest first. */
export async function overdueCommands(
  { db }: Pick<Services, "db">,
  now: Instant,
  limit: number,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("open_commands")
    .select("command_id")
    .where("expires_at", "<=", new Date(now))
    .orderBy("expires_at")
    .limit(limit)
    .execute();
  return rows.map((row) => row.command_id);
}
