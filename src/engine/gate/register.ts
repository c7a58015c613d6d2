import type { Kysely } from "kysely";
import type { Database } from "../../database/schema.ts";
import type { RequestKey } from "./opening.ts";

/** The register of request ids, outside of the gate's own round trip. */

type Register = Kysely<Database>;
type RequestName = Omit<RequestKey, "fingerprint">;

/** Gives a request id back that was claimed for what then was refused as invalid. */
export async function forgetRequest(db: Register, request: RequestName): Promise<void> {
  await db
    .deleteFrom("request_register")
    .where("terminal", "=", request.terminal)
    .where("operation", "=", request.operation)
    .where("request_id", "=", request.requestId)
    .execute();
}

/** Remembers that this tap's event stands in the terminal's stream. */
export async function markUnplaced(db: Register, request: RequestName): Promise<void> {
  await db
    .updateTable("request_register")
    .set({ unplaced: true })
    .where("terminal", "=", request.terminal)
    .where("operation", "=", request.operation)
    .where("request_id", "=", request.requestId)
    .execute();
}

/** What {@link markUnplaced} has remembered since the request passed the gate. */
export async function isUnplaced(db: Register, request: RequestName): Promise<boolean> {
  const row = await db
    .selectFrom("request_register")
    .select("unplaced")
    .where("terminal", "=", request.terminal)
    .where("operation", "=", request.operation)
    .where("request_id", "=", request.requestId)
    .executeTakeFirst();
  return row?.unplaced === true;
}

/** What the register knows of a check. */
export interface RegisteredCheck {
  readonly terminal: string;
  readonly accessId: string | null;
  readonly cardId: string | null;
  readonly unplaced: boolean;
}

/** Null where the row is not there, or was lost. */
export async function checkOfAccessId(db: Register, accessId: string): Promise<RegisteredCheck | null> {
  return (await checks(db).where("access_id", "=", accessId).limit(1).executeTakeFirst()) ?? null;
}

/** As {@link checkOfAccessId}, by the id that a terminal gave its request. */
export async function checkOfRequest(
  db: Register,
  terminal: string,
  requestId: string,
): Promise<RegisteredCheck | null> {
  const found = checks(db).where("terminal", "=", terminal).where("request_id", "=", requestId);
  return (await found.executeTakeFirst()) ?? null;
}

function checks(db: Register) {
  return db
    .selectFrom("request_register")
    .select(["terminal", "access_id as accessId", "card_id as cardId", "unplaced"])
    .where("operation", "=", "check_entry");
}
