import type { Pool } from "pg";
import type { Position } from "../log.ts";
import { toCursor } from "./position.ts";

/**
 * Whether events stand behind a position, also such as no feed may deliver yet: an older transaction is still open
 * somewhere in the cluster. Who takes the feed's end for the log's end would leave them behind.
 */
export async function anythingAfter(pool: Pool, position: Position): Promise<boolean> {
  const { epoch, xid, position: place } = toCursor(position);
  const { rows } = await pool.query(
    "select 1 from events where (epoch, xid, position) > ($1::int, $2::xid8, $3::bigint) limit 1",
    [epoch, xid, place],
  );
  return rows.length > 0;
}
